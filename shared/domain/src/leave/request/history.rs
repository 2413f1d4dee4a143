//! The history of a request, stored with it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::LeavePeriod;
use crate::{audit::Actor, id::LeaveRequestId, text::Remark};

/// The most entries that a request keeps. The audit log has older ones.
const MAX_COUNT: usize = 50;

/// An entry in the history of a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistoryEntry {
    /// The instant of the change.
    pub at: Timestamp,
    /// The user or job that made the change.
    pub by: Actor,
    /// The kind of change.
    pub kind: HistoryKind,
    /// The note of the change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Remark>,
    /// The dates after the change.
    pub period: LeavePeriod,
    /// The half days that the leave costs after the change.
    pub half_days: i64,
    /// The request that interrupted this one, or no longer interrupts it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interrupted_by: Option<LeaveRequestId>,
}

/// The kind of change of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum HistoryKind {
    /// The request was made.
    Requested,
    /// A manager entered the leave for the person. It is approved at once.
    Entered,
    /// The request was changed by the person who made it.
    Changed,
    /// Someone in charge approved the request.
    Approved,
    /// Someone in charge rejected the request.
    Rejected,
    /// The request was withdrawn before a decision.
    Withdrawn,
    /// The leave was cancelled before it began, or afterwards by someone in charge.
    Cancelled,
    /// The leave was ended early.
    EndedEarly,
    /// A holiday or the roster changed during the leave.
    Recounted,
    /// Other leave, such as sick leave, interrupted the leave. The dates that both have count for the other leave.
    Interrupted,
    /// The interrupting leave was cancelled or ended early. The dates that this gives back count for this leave again.
    Resumed,
}

/// Returns the history with one more entry.
pub(super) fn with(history: &[HistoryEntry], entry: HistoryEntry) -> Vec<HistoryEntry> {
    let surplus = (history.len() + 1).saturating_sub(MAX_COUNT);
    // The first entry shows how the request began, so it stays.
    let first = history.iter().take(usize::from(surplus > 0));
    let rest = history.iter().skip(if surplus > 0 { surplus + 1 } else { 0 });
    first.chain(rest).cloned().chain([entry]).collect()
}
