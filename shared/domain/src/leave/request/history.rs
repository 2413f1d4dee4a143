//! What happened to a request, kept on it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::LeavePeriod;
use crate::{audit::Actor, text::Remark};

/// The most entries a request keeps. Of what is older the audit tells.
const MOST: usize = 50;

/// One line of a request's history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistoryEntry {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: Actor,
    /// What.
    pub kind: HistoryKind,
    /// What was said with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Remark>,
    /// The dates as they are since.
    pub period: LeavePeriod,
    /// The half days that it costs since.
    pub half_days: i64,
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
    /// The leave was cancelled before it began.
    Cancelled,
    /// The leave was ended early.
    EndedEarly,
    /// A holiday or the roster changed under it.
    Recounted,
}

/// The history with one more line.
pub(super) fn with(history: &[HistoryEntry], entry: HistoryEntry) -> Vec<HistoryEntry> {
    let surplus = (history.len() + 1).saturating_sub(MOST);
    // The first line says how it began and stays.
    let first = history.iter().take(usize::from(surplus > 0));
    let rest = history.iter().skip(if surplus > 0 { surplus + 1 } else { 0 });
    first.chain(rest).cloned().chain([entry]).collect()
}
