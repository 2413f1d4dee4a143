//! How much of each kind waits for the caller.

use serde::Serialize;
use utoipa::ToSchema;
use web::allowed::ApprovalKind;

/// The most entries that are looked at to count them.
pub(crate) const MAX_COUNTED: usize = 200;

/// How many decisions wait for the caller, by the kinds of `GET /approvals`. They are counted among the 200 oldest entries.
#[derive(Debug, Default, Serialize, ToSchema)]
pub(crate) struct ApprovalCounts {
    /// Leave requests.
    leave_request: usize,
    /// Corrections.
    correction: usize,
    /// Swaps that wait for a manager, or for the caller, who is asked.
    swap: usize,
    /// Days with guessed ends.
    day_to_review: usize,
    /// Days with flagged clock-ins.
    flagged_clock_in: usize,
    /// People who have registered.
    registration: usize,
    /// All of them together.
    total: usize,
    /// Whether there are more than were counted.
    has_more: bool,
}

impl ApprovalCounts {
    /// Counts the kinds of what waits.
    pub(crate) fn new(kinds: impl IntoIterator<Item = ApprovalKind>, has_more: bool) -> Self {
        let mut counts = Self { has_more, ..Self::default() };
        for kind in kinds {
            counts.total += 1;
            *counts.of_kind(kind) += 1;
        }
        counts
    }

    const fn of_kind(&mut self, kind: ApprovalKind) -> &mut usize {
        match kind {
            ApprovalKind::LeaveRequest => &mut self.leave_request,
            ApprovalKind::Correction => &mut self.correction,
            ApprovalKind::Swap => &mut self.swap,
            ApprovalKind::DayToReview => &mut self.day_to_review,
            ApprovalKind::FlaggedClockIn => &mut self.flagged_clock_in,
            ApprovalKind::Registration => &mut self.registration,
        }
    }
}
