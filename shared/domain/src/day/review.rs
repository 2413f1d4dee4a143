//! Days that wait for a manager: time that counts only in part until somebody has looked at it.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Day, Session};

/// Why a session waits for a manager.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReviewReason {
    /// The end of the session was guessed without a shift: its day counts no overtime.
    NeedsReview,
    /// The session began outside the window of every shift.
    OutsideWindow,
    /// The session was worked on leave.
    OnLeave,
}

impl Session {
    /// Why the session waits for a manager; empty where it doesn't.
    pub fn review_reasons(&self) -> BTreeSet<ReviewReason> {
        [(ReviewReason::NeedsReview, self.needs_review)]
            .into_iter()
            .filter_map(|(reason, waits)| waits.then_some(reason))
            .collect()
    }
}

impl Day {
    /// The sessions that wait for a manager, with their reasons, in the order of the day.
    ///
    /// It follows from what is stored and never from the time: the list of days to review is kept with the changes of the
    /// day.
    pub fn sessions_to_review(&self) -> impl Iterator<Item = (&Session, BTreeSet<ReviewReason>)> {
        self.sessions().iter().map(|session| (session, session.review_reasons())).filter(|(_, why)| !why.is_empty())
    }

    /// Whether a manager should look at the day.
    pub fn waits_for_review(&self) -> bool {
        self.sessions_to_review().next().is_some()
    }
}
