//! Leave requests: a person asks for leave, someone in charge decides, and either of them can end it.
//!
//! A [`LeaveRequest`] is the record with its transitions. [`HalfDays`] is its cost by the person's own schedule. [`OpenLeave`] is
//! the short list of a person's pending requests and future leave. It serves to refuse overlaps and to find the requests that a
//! recount concerns. [`placing`] puts approved leave into the schedule and onto days that are over. Leave of a type that
//! interrupts other leave (sick leave) takes the dates of that leave ([`interrupting`]). `jobs` applies what doesn't fit into one
//! transaction ([`applying`]).

mod aggregate;
mod applying;
mod context;
mod counting;
mod effects;
mod ending;
mod extent;
mod history;
mod interrupting;
mod open;
mod period;
mod placing;
mod preview;
mod recounting;
#[cfg(test)]
mod tests;
mod time_off;

pub use crate::owned_id::LeaveRequestId;
pub use aggregate::{
    CancelDates, Cancelled, LeaveRequest, LeaveStatus, NewRequest, NotPending, NotThere, RequestedLeave,
};
pub use applying::{ApplyStep, Unapplied};
pub use context::{FollowUp, LeaveContext, LeaveDraft, LeaveRefusal, MAX_DAYS_BACK, Outcome};
pub use counting::{HalfDays, begun_until};
pub use effects::LeaveEffects;
pub use ending::Canceller;
pub use extent::{Extent, Interruption};
pub use history::{HistoryEntry, HistoryKind};
pub use open::{OpenEntry, OpenLeave, OpenRefusal};
pub use period::{EndHalf, LeavePeriod, StartHalf};
pub use placing::{Placed, cover_past_days, place, remove, uncover_past_days};
pub use preview::{Asker, LeavePreview, Previewed, PreviewedBalance, PreviewedDate};
pub use time_off::{reserved_time_off, time_off_seconds};
