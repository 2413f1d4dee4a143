//! Days that wait for a manager's review: days with guessed times, which count only in part until the review, and days with
//! flagged clock-ins.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{ClockInFlag, Day, OfflinePunch, ReviewStatus, Session};

/// The reason why a session waits for a manager.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReviewReason {
    /// The end of the session was guessed without a shift, or a rule of its day was unknown to the release that recorded it. The
    /// day has no overtime until the review.
    NeedsReview,
    /// The session began outside the window of every shift. Its lateness isn't deducted from leave until the review.
    OutsideWindow,
    /// The session began on leave.
    OnLeave,
    /// A punch of the session was so late that a manager should review it. It counts in the meantime.
    SentLate,
}

impl Session {
    /// The reasons why the session waits for a manager; empty if it doesn't wait.
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
    /// The result depends on the stored data and never on the time, because the list of days to review is written with the
    /// changes of the day.
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

    /// Whether times of the day wait for confirmation, because the end of a session was guessed or a punch was late.
    pub fn has_times_to_confirm(&self) -> bool {
        self.sessions_to_review()
            .any(|(_, why)| why.contains(&ReviewReason::NeedsReview) || why.contains(&ReviewReason::SentLate))
    }

    /// Whether a manager should review the day.
    pub fn waits_for_review(&self) -> bool {
        self.sessions_to_review().next().is_some()
    }
}
