//! The presence of a person, which orders their punches.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Day, PunchAction};
use crate::{
    calendar::WorkDate,
    id::{BreakId, SessionId},
};

/// A small item, one for each person. Every punch changes it with a condition on its version. This guarantees at most one open
/// session, even if two punches concern two different days. The presence also names the day with that session.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Presence {
    /// The state. A person who was disabled before their first punch has only a version.
    #[serde(default)]
    pub state: PresenceState,
    /// The version: 0 before the presence is stored, plus 1 with each change.
    pub version: u64,
}

/// The presence, with the open session and break.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "presence")]
pub enum PresenceState {
    /// Not at work.
    Out {
        /// The instant of the last clock-out; absent before the first clock-in.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        since: Option<Timestamp>,
    },
    /// At work.
    Working {
        /// The date of the day with the session.
        date: WorkDate,
        /// The open session.
        session_id: SessionId,
        /// The clock-in of the session.
        since: Timestamp,
    },
    /// On a break.
    OnBreak {
        /// The date of the day with the session.
        date: WorkDate,
        /// The open session.
        session_id: SessionId,
        /// The open break.
        break_id: BreakId,
        /// The start of the break.
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
    /// The action of a clock with only one button.
    pub const fn next_action(self) -> PunchAction {
        match self {
            Self::Out => PunchAction::In,
            Self::OnBreak => PunchAction::BreakEnd,
            Self::Working => PunchAction::Out,
        }
    }
}

impl Presence {
    /// The next version with the same state. A punch that was decided on the previous version then fails to commit.
    #[must_use]
    pub fn touched(&self) -> Self {
        Self { version: self.version + 1, ..self.clone() }
    }

    /// The presence as the API returns it.
    pub const fn kind(&self) -> PresenceKind {
        match self.state {
            PresenceState::Out { .. } => PresenceKind::Out,
            PresenceState::Working { .. } => PresenceKind::Working,
            PresenceState::OnBreak { .. } => PresenceKind::OnBreak,
        }
    }

    /// The instant since which the presence applies.
    pub const fn since(&self) -> Option<Timestamp> {
        match self.state {
            PresenceState::Out { since } => since,
            PresenceState::Working { since, .. } | PresenceState::OnBreak { since, .. } => Some(since),
        }
    }

    /// The date and the id of the open session.
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
