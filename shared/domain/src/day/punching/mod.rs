//! What a punch does: pure transitions from what was read to what is to be committed.
//!
//! Each takes the person's presence and the days around now, and answers with the changed days, the new presence and the
//! facts of the event, or with a refusal. Nothing is changed in place, so that a lost race is decided again from what is
//! read anew.

mod breaks;
mod clock_in;
mod clock_out;
mod context;
mod fence;
mod forgotten;
mod matching;
mod refusal;
mod status;

pub(in crate::day) use forgotten::{close_forgotten, is_forgotten, may_be_forgotten};

pub use context::{PunchContext, Punched, dates_needed};
pub use refusal::{BreakEndRefusal, BreakStartRefusal, ClockInRefusal, ClockOutRefusal, PunchRefusal};
pub use status::ClockStatus;
