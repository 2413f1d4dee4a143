//! Records in addition to the effective punches: edits with the sessions that they replaced, the excuse, and the sent alerts.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{BreakCounting, Punch, Session, Verdict};
use crate::{
    audit::Actor,
    id::{SessionId, UserId},
    schedule::ShiftId,
    text::Reason,
};

/// An edit of a day's sessions. It keeps the replaced sessions, so that no punch is ever lost.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Edit {
    /// The instant of the edit.
    pub at: Timestamp,
    /// The user who edited.
    pub by: UserId,
    /// Whether a manager edited, or approved a correction that the person had requested.
    pub cause: EditCause,
    /// The reason for the edit.
    pub reason: Reason,
    /// The sessions before the edit.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub before: Vec<Session>,
    /// The counting of breaks before the edit, if the edit changed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub breaks_counted_before: Option<BreakCounting>,
}

/// The origin of an edit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum EditCause {
    /// A manager edited on their own initiative.
    Manager,
    /// The person requested a correction.
    Correction,
    /// The day's history was imported from another system.
    Import,
}

/// An excuse for lateness or absence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Excuse {
    /// The instant of the excuse.
    pub at: Timestamp,
    /// The user who excused.
    pub by: UserId,
    /// The reason for the excuse.
    pub reason: Reason,
}

/// The alerts that scheduled jobs have already sent for a day, so that no alert is sent twice.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlertsSent {
    /// The shifts for which `not_arrived` is done.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub not_arrived: BTreeSet<ShiftId>,
    /// The shifts for which the alert of their end is done.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub ended: BTreeSet<ShiftId>,
}

impl AlertsSent {
    pub(super) fn is_empty(&self) -> bool {
        self.not_arrived.is_empty() && self.ended.is_empty()
    }
}

/// One entry of a day's history, oldest first.
#[derive(Debug, Clone, PartialEq)]
pub struct HistoryEntry {
    /// The instant of the change.
    pub at: Timestamp,
    /// The user or job that made the change.
    pub by: Actor,
    /// The kind of the entry, with its data.
    pub what: HistoryKind,
    /// The reason, if one is required.
    pub reason: Option<Reason>,
}

/// The kind of a history entry.
#[derive(Debug, Clone, PartialEq)]
pub enum HistoryKind {
    /// A clock-in, as it was made.
    ClockIn {
        /// The session that the clock-in began.
        session_id: SessionId,
        /// The punch.
        punch: Punch,
    },
    /// A clock-out, as it was made.
    ClockOut {
        /// The session that the clock-out ended.
        session_id: SessionId,
        /// The punch.
        punch: Punch,
    },
    /// A break began.
    BreakStart {
        /// The session that the break interrupts.
        session_id: SessionId,
        /// The start of the break.
        at: Timestamp,
    },
    /// A break ended.
    BreakEnd {
        /// The session that the break interrupted.
        session_id: SessionId,
        /// The end of the break.
        at: Timestamp,
    },
    /// The sessions were edited.
    Edited {
        /// The cause of the edit.
        cause: EditCause,
        /// The sessions before.
        before: Vec<Session>,
        /// The sessions after.
        after: Vec<Session>,
        /// The counting of the day's breaks before and after, if the edit changed it.
        break_counting: Option<(BreakCounting, BreakCounting)>,
    },
    /// Lateness or absence was excused.
    Excused,
    /// A flagged clock-in was acknowledged or rejected.
    ClockInReviewed {
        /// The session that the clock-in began.
        session_id: SessionId,
        /// The manager's verdict.
        verdict: Verdict,
    },
}
