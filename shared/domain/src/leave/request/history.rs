//! What happened to a request, kept on it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::LeavePeriod;
use crate::{audit::Actor, id::LeaveRequestId, text::Remark};

/// The most entries a request keeps. Of what is older the audit tells.
const MAX_COUNT: usize = 50;

/// One line of a request's history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistoryEntry {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: Actor,
    /// What.
    pub kind: HistoryKind,
    /// The note.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Remark>,
    /// The dates as they are since.
    pub period: LeavePeriod,
    /// The half days that it costs since.
    pub half_days: i64,
    /// The request that interrupted it, or no longer does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interrupted_by: Option<LeaveRequestId>,
}

/// What happened to a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum HistoryKind {
    /// It was asked for.
    Requested,
    /// A manager entered it for the person: approved at once.
    Entered,
    /// Who asks changed it.
    Changed,
    /// Somebody in charge said yes.
    Approved,
    /// Somebody in charge said no.
    Rejected,
    /// It was taken back before anybody decided.
    Withdrawn,
    /// The leave was cancelled before it began, or by somebody in charge after it was over.
    Cancelled,
    /// The leave was ended early.
    EndedEarly,
    /// A holiday or the roster changed under it.
    Recounted,
    /// Other leave, such as sick leave, came over it: the dates that both have count for the other.
    Interrupted,
    /// The leave that interrupted it was cancelled or ended early: the dates that this gives back count for it again.
    Resumed,
}

/// The history with one more line.
pub(super) fn with(history: &[HistoryEntry], entry: HistoryEntry) -> Vec<HistoryEntry> {
    let surplus = (history.len() + 1).saturating_sub(MAX_COUNT);
    // The first line says how it began and stays.
    let first = history.iter().take(usize::from(surplus > 0));
    let rest = history.iter().skip(if surplus > 0 { surplus + 1 } else { 0 });
    first.chain(rest).cloned().chain([entry]).collect()
}
