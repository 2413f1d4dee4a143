//! Counts of the decisions that wait for the caller, by kind.

use serde::Serialize;
use utoipa::ToSchema;
use web::allowed::ApprovalKind;

/// The maximum number of entries that are read for the counts.
pub(crate) const MAX_COUNTED: usize = 200;

/// The number of decisions that wait for the caller, by the kinds of `GET /approvals`. Only the 200 oldest entries are counted.
#[derive(Debug, Default, Serialize, ToSchema)]
pub(crate) struct ApprovalCounts {
    /// The number of leave requests.
    leave_request: usize,
    /// The number of corrections.
    correction: usize,
    /// The number of swaps that wait for a manager, or for the caller as the person who is asked.
    swap: usize,
    /// The number of days with guessed clock-outs.
    day_to_review: usize,
    /// The number of days with flagged clock-ins.
    flagged_clock_in: usize,
    /// The number of dates with time that needs approval before it is paid.
    pay_approval: usize,
    /// The number of people who have registered.
    registration: usize,
    /// The total of all kinds.
    total: usize,
    /// Whether there are more entries than were counted.
    has_more: bool,
}

impl ApprovalCounts {
    /// Counts the waiting entries by kind.
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
            ApprovalKind::PayApproval => &mut self.pay_approval,
            ApprovalKind::Registration => &mut self.registration,
        }
    }
}
