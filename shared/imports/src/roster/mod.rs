//! Applies an imported sheet of rosters, person by person.

mod apply;
mod step;

pub(crate) use apply::next_step;
pub use step::{Step, Wanted};
