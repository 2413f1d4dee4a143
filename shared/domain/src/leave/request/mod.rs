//! Leave requests: someone asks to be away, somebody in charge decides, and either of them may end it.
//!
//! A [`LeaveRequest`] is the record and its transitions; [`HalfDays`] says what it costs by the person's own schedule;
//! [`OpenLeave`] is the short list of what a person has pending or ahead, by which overlaps are refused and recounts find
//! what they concern. [`placing`] puts approved leave into the schedule and onto days that are over.

mod aggregate;
mod context;
mod counting;
mod effects;
mod ending;
mod history;
mod open;
mod period;
mod placing;
mod recounting;
#[cfg(test)]
mod tests;

pub use crate::owned_id::LeaveRequestId;
pub use aggregate::{Cancelled, LeaveRequest, LeaveStatus, NewRequest, NotPending, NotThere, Wish};
pub use context::{Asked, LeaveContext, LeaveRefusal, MOST_DAYS_AGO, Outcome};
pub use counting::{HalfDays, begun_until};
pub use effects::LeaveEffects;
pub use history::{HistoryEntry, HistoryKind};
pub use open::{OpenEntry, OpenLeave, OpenRefusal};
pub use period::{EndHalf, LeavePeriod, PeriodFault, StartHalf};
pub use placing::{cover_past_days, place, remove};
