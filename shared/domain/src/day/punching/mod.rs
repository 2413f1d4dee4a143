//! Punches as pure transitions from the data that was read to the data to commit.
//!
//! Each transition takes the person's presence and the days around now. It returns the changed days, the new presence and the
//! facts of the event, or a refusal. Nothing is changed in place, so that after a lost race the caller can read again and decide
//! again.

mod breaks;
mod clock_in;
mod clock_out;
mod context;
mod fence;
mod forgotten;
mod matching;
mod refusal;
mod status;
mod switching;

pub(in crate::day) use forgotten::{close_forgotten, is_forgotten, may_be_forgotten};

pub use context::{PunchContext, Punched, dates_needed};
pub use refusal::{BreakEndRefusal, BreakStartRefusal, ClockInRefusal, ClockOutRefusal, PunchRefusal};
pub use status::ClockStatus;
