//! Clock-ins that are taken though nobody was expected, and what managers say of them.
//!
//! Time that is worked is recorded in any case. A manager acknowledges or rejects the clock-in afterwards: neither changes
//! what was recorded. Only the deduction for lateness waits for the acknowledgement.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Day, DayDecision, PunchContext};
use crate::{calendar::WorkDate, event::Fact, id::UserId, text::Reason};

/// Why a clock-in was flagged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ClockInFlag {
    /// It was made outside the window of every shift.
    OutsideWindow,
    /// It was made on leave.
    OnLeave,
    /// A reason that a newer release of Rollcall has stored and this one doesn't know.
    #[serde(other)]
    Unknown,
}

/// A clock-in that was taken and flagged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FlaggedClockIn {
    /// Why it was flagged.
    pub reason: ClockInFlag,
    /// What managers said of it, in order; the last one holds.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reviews: Vec<ClockInReview>,
}

/// What a manager said of a flagged clock-in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClockInReview {
    /// When.
    pub at: Timestamp,
    /// The manager.
    pub by: UserId,
    /// Whether the manager acknowledged or rejected it.
    pub verdict: Verdict,
    /// Why, where the manager said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Reason>,
}

/// Whether a flagged clock-in is acknowledged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It is acknowledged: its lateness costs leave as the settings say.
    Acknowledged,
    /// It is rejected: everything stays recorded, and its lateness costs no leave.
    Rejected,
}

/// Whether a flagged clock-in still waits for a manager.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReviewStatus {
    /// It waits for a manager.
    Waiting,
    /// A manager acknowledged it.
    Acknowledged,
    /// A manager rejected it.
    Rejected,
}

impl FlaggedClockIn {
    /// A flagged clock-in that waits for a manager.
    pub const fn waiting(reason: ClockInFlag) -> Self {
        Self { reason, reviews: Vec::new() }
    }

    /// Whether it still waits for a manager.
    pub fn status(&self) -> ReviewStatus {
        match self.verdict() {
            None => ReviewStatus::Waiting,
            Some(Verdict::Acknowledged) => ReviewStatus::Acknowledged,
            Some(Verdict::Rejected) => ReviewStatus::Rejected,
        }
    }

    fn verdict(&self) -> Option<Verdict> {
        self.reviews.last().map(|review| review.verdict)
    }
}

/// No clock-in of the day is flagged, or all of them have that verdict already.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no flagged clock-in to acknowledge or reject")]
pub struct NothingToReview;

impl PunchContext<'_> {
    /// Acknowledges or rejects the flagged clock-ins of a day that wait for a manager. Where none waits, it changes the
    /// verdict of those that have the other one.
    ///
    /// # Errors
    ///
    /// [`NothingToReview`] where that changes nothing.
    pub fn review(
        &self,
        date: WorkDate,
        by: UserId,
        verdict: Verdict,
        note: Option<&Reason>,
    ) -> Result<DayDecision, NothingToReview> {
        let mut day = self.current(date);
        let replaced = day.replaced_by(verdict).ok_or(NothingToReview)?;
        for flagged in day.flagged_clock_ins_mut().filter(|flagged| flagged.verdict() == replaced) {
            flagged.reviews.push(ClockInReview { at: self.at(), by, verdict, note: note.cloned() });
        }
        Ok(DayDecision { change: self.change(day), fact: Fact::ClockInReviewed { date, status: verdict } })
    }
}

impl Day {
    /// Whether a manager may say that of flagged clock-ins of the day: some wait, or have the other verdict.
    pub fn takes_verdict(&self, verdict: Verdict) -> bool {
        self.replaced_by(verdict).is_some()
    }

    /// The verdict that another one replaces: none of those that wait, else the other one; absent where no clock-in takes it.
    #[expect(clippy::option_option, reason = "absent is another answer than the verdict of a clock-in that has none")]
    fn replaced_by(&self, verdict: Verdict) -> Option<Option<Verdict>> {
        let flagged = self.sessions().iter().filter_map(|session| session.flagged.as_ref());
        flagged.map(FlaggedClockIn::verdict).filter(|said| *said != Some(verdict)).min_by_key(Option::is_some)
    }

    fn flagged_clock_ins_mut(&mut self) -> impl Iterator<Item = &mut FlaggedClockIn> {
        self.sessions_mut().iter_mut().filter_map(|session| session.flagged.as_mut())
    }
}
