//! Applies an imported sheet of rosters, person by person.

mod apply;

pub(crate) use apply::next_step;
