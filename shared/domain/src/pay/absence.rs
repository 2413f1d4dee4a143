//! Absences of a day for payroll: leave and public holidays, in seconds of scheduled time.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    day::Day,
    leave::LeaveTypes,
    schedule::{DayLeave, LeaveTypeCode, Planner, Shift},
};

/// Scheduled time of a date without work, because of leave or a public holiday.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Absence {
    /// The leave type; null for a public holiday.
    #[schema(required = true)]
    pub leave_type: Option<LeaveTypeCode>,
    /// Whether the time is paid. Public holidays are.
    pub paid: bool,
    /// The seconds of scheduled time.
    pub seconds: i64,
}

/// The absences of a day: first leave by type, then the public holiday. A leave's time is what it takes from the schedule. A
/// holiday's time is what the holiday takes from the schedule, minus the work beyond the scheduled time that is left.
pub fn absences(day: &Day, planner: &Planner<'_>, types: &LeaveTypes, now: Timestamp) -> Vec<Absence> {
    if day.is_outside_employment() {
        return Vec::new();
    }
    let date = day.date();
    let without_leave = scheduled(&planner.assignment_without_leave(date).shifts);
    let mut absences: Vec<Absence> = Vec::new();
    for half in day.leave().into_iter().flat_map(halves) {
        let Some(leave) = half.morning.as_ref().or(half.afternoon.as_ref()) else { continue };
        let seconds = planner.leave_seconds(date, &half);
        let code = Some(leave.leave_type.clone());
        if let Some(absence) = absences.iter_mut().find(|absence| absence.leave_type == code) {
            absence.seconds += seconds;
        } else {
            let paid = types.get(&leave.leave_type).is_some_and(|leave_type| leave_type.paid);
            absences.push(Absence { leave_type: code, paid, seconds });
        }
    }
    let taken = scheduled(&planner.planned_shifts(date)) - without_leave;
    let assignment = planner.assignment_without_leave(date);
    if assignment.holiday.is_some() && assignment.changed_by.is_none() {
        let on_leave = day.leave().map_or(0, |leave| planner.leave_seconds(date, leave));
        let beyond = (day.figures(now).worked_seconds - (without_leave - on_leave)).max(0);
        let seconds = taken - beyond;
        absences.push(Absence { leave_type: None, paid: true, seconds });
    }
    absences.retain(|absence| absence.seconds > 0);
    absences
}

/// The paid seconds of a day's absences.
pub fn paid_absence_seconds(absences: &[Absence]) -> i64 {
    absences.iter().filter(|absence| absence.paid).map(|absence| absence.seconds).sum()
}

fn scheduled(shifts: &[Shift]) -> i64 {
    shifts.iter().map(Shift::scheduled_seconds).sum()
}

/// The leave of each half on its own. Leave of a whole day with one type is one element.
fn halves(leave: &DayLeave) -> Vec<DayLeave> {
    let is_same = leave.morning.as_ref().map(|it| &it.leave_type) == leave.afternoon.as_ref().map(|it| &it.leave_type);
    if is_same {
        return vec![leave.clone()];
    }
    let morning = DayLeave { morning: leave.morning.clone(), afternoon: None };
    let afternoon = DayLeave { morning: None, afternoon: leave.afternoon.clone() };
    vec![morning, afternoon]
}
