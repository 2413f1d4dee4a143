//! Flagged clock-ins: clock-ins that are accepted although the person wasn't expected, and their review by managers.
//!
//! Worked time is always recorded. Afterwards a manager acknowledges or rejects the clock-in. Neither changes the record. Only
//! the deduction for lateness waits for the acknowledgement.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Day, DayDecision, PunchContext};
use crate::{
    calendar::WorkDate,
    event::{DayFact, Fact},
    id::UserId,
    text::Reason,
};

/// The reason why a clock-in was flagged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ClockInFlag {
    /// The clock-in was outside the window of every shift.
    OutsideWindow,
    /// The clock-in was on leave.
    OnLeave,
    /// A reason that a newer release of Rollcall has stored and that this release doesn't know.
    #[serde(other)]
    Unknown,
}

/// The flag of a clock-in that was accepted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FlaggedClockIn {
    /// The reason for the flag.
    pub reason: ClockInFlag,
    /// The managers' reviews, in order. The last one applies.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reviews: Vec<ClockInReview>,
}

/// A manager's review of a flagged clock-in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClockInReview {
    /// The instant of the review.
    pub at: Timestamp,
    /// The manager.
    pub by: UserId,
    /// Whether the manager acknowledged or rejected the clock-in.
    pub verdict: Verdict,
    /// The manager's note, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Reason>,
}

/// Whether a flagged clock-in is acknowledged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The clock-in is acknowledged: its lateness is deducted from leave according to the settings.
    Acknowledged,
    /// The clock-in is rejected: everything stays recorded, and its lateness isn't deducted from leave.
    Rejected,
}

/// Whether a flagged clock-in still waits for a manager.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReviewStatus {
    /// The clock-in waits for a manager.
    Waiting,
    /// A manager acknowledged the clock-in.
    Acknowledged,
    /// A manager rejected the clock-in.
    Rejected,
}

impl FlaggedClockIn {
    /// A flag that waits for a manager.
    pub const fn waiting(reason: ClockInFlag) -> Self {
        Self { reason, reviews: Vec::new() }
    }

    /// The status of the review.
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

/// The day has no flagged clock-in, or all of them already have that verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no flagged clock-in to acknowledge or reject")]
pub struct NothingToReview;

impl PunchContext<'_> {
    /// Acknowledges or rejects the flagged clock-ins of a day that wait for a manager. If none waits, changes the verdict of
    /// those that have the other one.
    ///
    /// # Errors
    ///
    /// [`NothingToReview`] if nothing changes.
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
        Ok(DayDecision {
            change: self.change(day),
            fact: Fact::Day(DayFact::ClockInReviewed { date, status: verdict }),
        })
    }
}

impl Day {
    /// Whether a manager can give that verdict: some flagged clock-ins of the day wait, or have the other verdict.
    pub fn takes_verdict(&self, verdict: Verdict) -> bool {
        self.replaced_by(verdict).is_some()
    }

    /// The verdict that would be replaced: `Some(None)` if clock-ins wait, otherwise the other verdict; `None` if no clock-in can
    /// get the verdict.
    #[expect(clippy::option_option, reason = "no clock-in to review differs from a clock-in without a verdict")]
    fn replaced_by(&self, verdict: Verdict) -> Option<Option<Verdict>> {
        let flagged = self.sessions().iter().filter_map(|session| session.flagged.as_ref());
        flagged.map(FlaggedClockIn::verdict).filter(|said| *said != Some(verdict)).min_by_key(Option::is_some)
    }

    fn flagged_clock_ins_mut(&mut self) -> impl Iterator<Item = &mut FlaggedClockIn> {
        self.sessions_mut().iter_mut().filter_map(|session| session.flagged.as_mut())
    }
}
