//! Reasons against a roster that don't forbid it, for managers who preview a change.

use super::{TooLittleRest, swapping::too_little_rest};
use crate::{calendar::WorkDate, schedule::Planner};

/// A warning about a date that a manager is about to plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Caution {
    /// The person has leave on the date.
    OnLeave,
    /// The date is a holiday.
    Holiday,
    /// The rest between two shifts is shorter than a swap may leave.
    TooLittleRest(TooLittleRest),
}

/// Returns the warnings about work on a date as it is planned; nothing where no work is planned.
pub fn cautions_on(planner: &Planner<'_>, date: WorkDate) -> Vec<Caution> {
    if planner.assignment_without_leave(date).shifts.is_empty() {
        return Vec::new();
    }
    let assignment = planner.assignment(date);
    let on_leave = assignment.leave.is_some().then_some(Caution::OnLeave);
    let holiday = assignment.holiday.is_some().then_some(Caution::Holiday);
    let is_worked = |shift: &crate::schedule::Shift| shift.id.date() == date && !shift.on_leave;
    let rest = too_little_rest(planner, date, is_worked).map(Caution::TooLittleRest);
    [on_leave, holiday, rest].into_iter().flatten().collect()
}
