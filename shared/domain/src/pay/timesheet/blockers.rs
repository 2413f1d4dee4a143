//! The reasons for which a timesheet can't be signed or closed.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    calendar::WorkDate,
    correction::CorrectionId,
    day::{Day, Flag, ShiftStatus},
    id::LeaveRequestId,
    schedule::Shift,
};

/// Whether no punch can change the day any more: its date is over, no session is open, and the clock-in windows of its shifts
/// have ended.
pub fn accepts_no_more_punches(day: &Day, now: Timestamp) -> bool {
    let has_ended = |shift: &Shift| shift.end_at < now && day.policy().window(shift).until < now;
    day.is_frozen(now) && day.open_session().is_none() && day.shifts().iter().all(has_ended)
}

/// A reason for which a timesheet can't be submitted, approved or closed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Blocker {
    /// A punch can still change the last day of the period.
    NotOver {
        /// The last date of the period.
        date: WorkDate,
    },
    /// A session is open.
    OpenSession {
        /// The work date of the session.
        date: WorkDate,
    },
    /// The guessed end of a session, an offline punch, a flagged clock-in or work outside of the employment waits for a manager.
    NeedsReview {
        /// The work date.
        date: WorkDate,
    },
    /// The person missed a shift, and the absence isn't excused: a punch or leave is missing.
    MissingPunches {
        /// The work date.
        date: WorkDate,
    },
    /// Overtime waits for approval.
    OvertimePending {
        /// The work date.
        date: WorkDate,
        /// The seconds that wait.
        seconds: i64,
    },
    /// A correction waits for a decision.
    CorrectionPending {
        /// The work date.
        date: WorkDate,
        /// The correction.
        correction_id: CorrectionId,
    },
    /// A leave request waits for a decision.
    LeavePending {
        /// The first date of the leave.
        start_date: WorkDate,
        /// The last date of the leave.
        end_date: WorkDate,
        /// The request.
        leave_request_id: LeaveRequestId,
    },
}

/// The blockers that a day itself shows.
pub fn blockers_of_day(day: &Day, now: Timestamp) -> Vec<Blocker> {
    let date = day.date();
    let figures = day.figures(now);
    let is_missed = |status: ShiftStatus| match status {
        ShiftStatus::Missed => true,
        ShiftStatus::Expected | ShiftStatus::Attended | ShiftStatus::OnLeave => false,
    };
    let misses = day.excuse().is_none() && figures.shifts.iter().any(|shift| is_missed(shift.status));
    let is_outside_employment = figures.flags.contains(&Flag::OutsideEmployment) && day.withholds_overtime();
    let waits = figures.flags.contains(&Flag::NeedsReview) || day.waits_for_review() || is_outside_employment;
    let found = [
        (day.open_session().is_some(), Blocker::OpenSession { date }),
        (waits, Blocker::NeedsReview { date }),
        (misses, Blocker::MissingPunches { date }),
    ];
    found.into_iter().filter(|(is_found, _)| *is_found).map(|(_, blocker)| blocker).collect()
}
