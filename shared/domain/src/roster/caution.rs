//! What speaks against a roster without forbidding it, for managers who look at a change before they make it.

use super::{TooLittleRest, swapping::too_little_rest};
use crate::{calendar::WorkDate, schedule::Planner};

/// What a manager should know of a date before they plan it so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Caution {
    /// The person has leave on the date.
    OnLeave,
    /// The date is a holiday.
    Holiday,
    /// There is less rest between two shifts than a swap may leave.
    TooLittleRest(TooLittleRest),
}

/// Returns what speaks against working on a date as it is planned; nothing where nobody is to work.
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
