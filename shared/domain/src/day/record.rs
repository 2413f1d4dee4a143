//! What is kept beside the effective punches: edits with what they replaced, the excuse, and what was told.

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

/// A change of a day's sessions by someone. It keeps what it replaced, so that no punch is ever lost.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Edit {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: UserId,
    /// Whether a manager edited, or approved a correction that the person had asked for.
    pub cause: EditCause,
    /// Why.
    pub reason: Reason,
    /// The sessions as they were before.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub before: Vec<Session>,
    /// How the day's breaks were counted before, where the edit has changed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub breaks_counted_before: Option<BreakCounting>,
}

/// The origin of an edit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum EditCause {
    /// A manager's own.
    Manager,
    /// A correction that the person asked for.
    Correction,
}

/// Lateness or absence forgiven.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Excuse {
    /// When.
    pub at: Timestamp,
    /// Who forgave.
    pub by: UserId,
    /// Why.
    pub reason: Reason,
}

/// What the clockwork has told of a day already, so that it tells nothing twice.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlertsSent {
    /// The shifts whose person hadn't arrived after the grace period.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub not_arrived: BTreeSet<ShiftId>,
    /// The shifts that ended, and how.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub ended: BTreeSet<ShiftId>,
}

impl AlertsSent {
    pub(super) fn is_empty(&self) -> bool {
        self.not_arrived.is_empty() && self.ended.is_empty()
    }
}

/// One line of a day's history, oldest first.
#[derive(Debug, Clone, PartialEq)]
pub struct HistoryEntry {
    /// The instant of the change.
    pub at: Timestamp,
    /// The user or job that made the change.
    pub by: Actor,
    /// What.
    pub what: HistoryKind,
    /// The reason, where one is required.
    pub reason: Option<Reason>,
}

/// What a line of the history tells.
#[derive(Debug, Clone, PartialEq)]
pub enum HistoryKind {
    /// A clock-in as it was made.
    ClockIn {
        /// The session it began.
        session_id: SessionId,
        /// The punch.
        punch: Punch,
    },
    /// A clock-out as it was made.
    ClockOut {
        /// The session it ended.
        session_id: SessionId,
        /// The punch.
        punch: Punch,
    },
    /// A break began.
    BreakStart {
        /// The session it interrupts.
        session_id: SessionId,
        /// When.
        at: Timestamp,
    },
    /// A break ended.
    BreakEnd {
        /// The session it interrupted.
        session_id: SessionId,
        /// When.
        at: Timestamp,
    },
    /// The sessions were changed.
    Edited {
        /// What kind of edit.
        cause: EditCause,
        /// The sessions before.
        before: Vec<Session>,
        /// The sessions after.
        after: Vec<Session>,
        /// How the day's breaks were counted before and after, where the edit has changed it.
        break_counting: Option<(BreakCounting, BreakCounting)>,
    },
    /// Lateness or absence was forgiven.
    Excused,
    /// A flagged clock-in was acknowledged or rejected.
    ClockInReviewed {
        /// The session that it began.
        session_id: SessionId,
        /// What the manager said of it.
        verdict: Verdict,
    },
}
