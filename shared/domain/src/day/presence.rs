//! Where a person is: the point at which their punches are put in order.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Day, PunchAction};
use crate::{
    calendar::WorkDate,
    id::{BreakId, SessionId},
};

/// A tiny item, one per person. Every punch changes it under its version, which guarantees at most one open session even
/// where two punches concern two different days; and it tells which day holds that session.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Presence {
    /// Where the person is. Someone who was disabled before their first punch has a version alone.
    #[serde(default)]
    pub state: PresenceState,
    /// Counts the changes; 0: not stored yet.
    pub version: u64,
}

/// Where a person is, and which session says so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "presence")]
pub enum PresenceState {
    /// Not at work.
    Out {
        /// Since the last clock-out; none before the first clock-in.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        since: Option<Timestamp>,
    },
    /// At work.
    Working {
        /// The day that holds the session.
        date: WorkDate,
        /// The open session.
        session_id: SessionId,
        /// Its clock-in.
        since: Timestamp,
    },
    /// On a break.
    OnBreak {
        /// The day that holds the session.
        date: WorkDate,
        /// The open session.
        session_id: SessionId,
        /// The open break.
        break_id: BreakId,
        /// Its start.
        since: Timestamp,
    },
}

impl Default for PresenceState {
    fn default() -> Self {
        Self::Out { since: None }
    }
}

/// A person's presence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PresenceKind {
    /// Not at work.
    Out,
    /// At work.
    Working,
    /// On a break.
    OnBreak,
}

impl PresenceKind {
    /// The action of a clock that has but one button.
    pub const fn next_action(self) -> PunchAction {
        match self {
            Self::Out => PunchAction::In,
            Self::OnBreak => PunchAction::BreakEnd,
            Self::Working => PunchAction::Out,
        }
    }
}

impl Presence {
    /// The next version, though nobody moved: a punch that was decided on what was before, and commits after, loses on it.
    #[must_use]
    pub fn touched(&self) -> Self {
        Self { version: self.version + 1, ..self.clone() }
    }

    /// Where the person is, as the API shows it.
    pub const fn kind(&self) -> PresenceKind {
        match self.state {
            PresenceState::Out { .. } => PresenceKind::Out,
            PresenceState::Working { .. } => PresenceKind::Working,
            PresenceState::OnBreak { .. } => PresenceKind::OnBreak,
        }
    }

    /// Since when.
    pub const fn since(&self) -> Option<Timestamp> {
        match self.state {
            PresenceState::Out { since } => since,
            PresenceState::Working { since, .. } | PresenceState::OnBreak { since, .. } => Some(since),
        }
    }

    /// The day and the session that are open.
    pub const fn open(&self) -> Option<(WorkDate, SessionId)> {
        match self.state {
            PresenceState::Out { .. } => None,
            PresenceState::Working { date, session_id, .. } | PresenceState::OnBreak { date, session_id, .. } => {
                Some((date, session_id))
            }
        }
    }

    /// The presence after a change of that day.
    pub(super) fn after(&self, day: &Day) -> Self {
        let state = match day.open_session() {
            None => PresenceState::Out { since: day.last_out() },
            Some(session) => {
                let (date, session_id) = (day.date(), session.id);
                match session.open_break() {
                    None => PresenceState::Working { date, session_id, since: session.clock_in.at },
                    Some(pause) => {
                        PresenceState::OnBreak { date, session_id, break_id: pause.id, since: pause.started_at }
                    }
                }
            }
        };
        Self { state, version: self.version + 1 }
    }
}
