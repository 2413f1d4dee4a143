//! Assignments of people to dates, as the roster grid and the list of a person's shifts show them.

use domain::{
    calendar::WorkDate,
    holiday::Half,
    id::{LeaveRequestId, UserId},
    schedule::{Assignment, DayKind, LeaveTypeCode, PlanCause},
    text::Name,
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::RosterShiftAnswer;

/// The dates of a person in the grid.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = RosterRow)]
pub struct RosterRowAnswer {
    /// The id of the person.
    pub user_id: UserId,
    /// The full name of the person.
    #[schema(value_type = String)]
    pub full_name: Name,
    /// The dates, one for each date of the grid.
    pub days: Vec<RosterDayAnswer>,
}

/// A date of a person in the grid.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = RosterRowDay)]
pub struct RosterDayAnswer {
    /// The date.
    pub date: WorkDate,
    /// The kind of the day, as planned.
    pub kind: DayKind,
    /// The shifts of the date, in order.
    pub shifts: Vec<RosterShiftAnswer>,
    /// The approved leave, if it covers time in which the person would be expected.
    pub leave: Option<RosterLeaveAnswer>,
    /// The holiday on the date.
    pub holiday: Option<RosterHolidayAnswer>,
    /// Whether a swap changed the date.
    pub swapped: bool,
    /// Whether a manager overrode the pattern for the date.
    pub overridden: bool,
}

/// Leave on a date, with the details that the caller may see.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = RosterLeave)]
pub struct RosterLeaveAnswer {
    /// The id of the leave request. Only the person and their managers see it.
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<LeaveRequestId>,
    /// The type of the leave. Only the person and their managers see it.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "annual")]
    kind: Option<LeaveTypeCode>,
    /// The half of the day; `null` for the whole day.
    half: Option<Half>,
}

/// The holiday of a date.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = RosterHoliday)]
pub struct RosterHolidayAnswer {
    /// The name of the holiday.
    #[schema(value_type = String)]
    pub name: Name,
    /// The half of the day that is off; `null` for the whole day.
    half_day: Option<Half>,
}

/// How much of a person's leave the answer shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LeaveShown {
    /// All details of the leave.
    Whole,
    /// That the person is on leave, without the type.
    WithoutType,
}

impl RosterDayAnswer {
    /// Creates the answer for an assignment.
    pub fn new(assignment: &Assignment, shown: LeaveShown) -> Self {
        let (swapped, overridden) = match assignment.changed_by {
            Some(PlanCause::Swap { .. }) => (true, false),
            Some(PlanCause::Override { .. }) => (false, true),
            None => (false, false),
        };
        let leave = assignment.leave.as_ref().and_then(|leave| {
            let (of, half) = leave.shown()?;
            Some(match shown {
                LeaveShown::Whole => {
                    RosterLeaveAnswer { request_id: Some(of.request_id), kind: Some(of.leave_type.clone()), half }
                }
                LeaveShown::WithoutType => RosterLeaveAnswer { request_id: None, kind: None, half },
            })
        });
        Self {
            date: assignment.date,
            kind: assignment.kind,
            shifts: RosterShiftAnswer::of(assignment),
            leave,
            holiday: assignment
                .holiday
                .as_ref()
                .map(|holiday| RosterHolidayAnswer { name: holiday.name.clone(), half_day: holiday.half_day }),
            swapped,
            overridden,
        }
    }
}
