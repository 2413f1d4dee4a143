//! Days that wait for a manager: guessed times, which count only in part until somebody has looked at them, and clock-ins
//! that were taken though nobody was expected.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{ClockInFlag, Day, OfflinePunch, ReviewStatus, Session};

/// Why a session waits for a manager.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReviewReason {
    /// The end of the session was guessed without a shift, or a rule of its day wasn't known to the release that recorded it:
    /// the day counts no overtime.
    NeedsReview,
    /// The session began outside the window of every shift: its lateness costs no leave.
    OutsideWindow,
    /// The session began on leave.
    OnLeave,
    /// A punch of the session came so late that a manager should look at it. It counts meanwhile.
    SentLate,
}

impl Session {
    /// Why the session waits for a manager; empty where it doesn't.
    pub fn review_reasons(&self) -> BTreeSet<ReviewReason> {
        let guessed = self.needs_review.then_some(ReviewReason::NeedsReview);
        let flagged = self.flagged.as_ref().filter(|flagged| flagged.status() == ReviewStatus::Waiting);
        let flagged = flagged.map(|flagged| match flagged.reason {
            ClockInFlag::OutsideWindow => ReviewReason::OutsideWindow,
            ClockInFlag::OnLeave => ReviewReason::OnLeave,
            ClockInFlag::Unknown => ReviewReason::NeedsReview,
        });
        guessed.into_iter().chain(flagged).collect()
    }
}

impl Day {
    /// The sessions that wait for a manager, with their reasons, in the order of the day.
    ///
    /// It follows from what is stored and never from the time: the list of days to review is kept with the changes of the
    /// day.
    pub fn sessions_to_review(&self) -> impl Iterator<Item = (&Session, BTreeSet<ReviewReason>)> {
        let sent_late = |session: &Session| {
            let waits = |punch: &OfflinePunch| punch.session_id == session.id && punch.needs_review;
            self.offline_punches().iter().any(waits).then_some(ReviewReason::SentLate)
        };
        let reasons = move |session: &Session| session.review_reasons().into_iter().chain(sent_late(session)).collect();
        self.sessions()
            .iter()
            .map(move |session| (session, reasons(session)))
            .filter(|(_, why): &(&Session, BTreeSet<ReviewReason>)| !why.is_empty())
    }

    /// Whether times of the day wait to be confirmed: the end of a session was guessed, or a punch came late.
    pub fn has_times_to_confirm(&self) -> bool {
        self.sessions_to_review()
            .any(|(_, why)| why.contains(&ReviewReason::NeedsReview) || why.contains(&ReviewReason::SentLate))
    }

    /// Whether a manager should look at the day.
    pub fn waits_for_review(&self) -> bool {
        self.sessions_to_review().next().is_some()
    }
}
