//! `GET /leave/calendar`

use app::leave::calendar::{VisibleAway, VisibleCalendar};
use axum::extract::State;
use domain::{
    calendar::{DateRange, WorkDate},
    id::{DepartmentId, LeaveRequestId, UserId},
    leave::request::{EndHalf, LeavePeriod, LeaveStatus, StartHalf},
    schedule::LeaveTypeCode,
    text::Name,
};
use serde::{Deserialize, Serialize};
use store::{leave_requests::Away, people_lists::Position};
use utoipa::ToSchema;
use web::{
    Answer, App, Caller, Problem, Query,
    cursor::{CursorSeal, ListName, Page},
    date_range::at_most,
    query::Limit,
};

/// The maximum number of days of a calendar.
const LONGEST_DAYS: i32 = 366;
/// The number of days from `from` to the default of `to`.
const DEFAULT_DAYS: i32 = 30;

/// The parameters of the leave calendar: dates, a department and a page.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct LeaveCalendar {
    /// The first date; today by default.
    #[param(value_type = Option<String>, example = "2026-11-01")]
    from: Option<WorkDate>,
    /// The last date; 30 days after `from` by default.
    #[param(value_type = Option<String>, example = "2026-11-30")]
    to: Option<WorkDate>,
    /// The department; all departments that the caller may see by default.
    #[param(value_type = Option<String>)]
    department_id: Option<DepartmentId>,
    /// The maximum number of items.
    #[serde(default)]
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200)]
    limit: Limit,
    /// The `next_cursor` of the page before.
    cursor: Option<String>,
}

/// A period in which a person is away, or may be.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AwayAnswer {
    /// The id of the person.
    user_id: UserId,
    /// The full name of the person.
    #[schema(value_type = String)]
    full_name: Name,
    /// The first date of the leave.
    start_date: WorkDate,
    /// The last date of the leave.
    end_date: WorkDate,
    /// `afternoon` if the leave begins at noon of the first date; `null` if it begins with the date.
    start_half: Option<StartHalf>,
    /// `morning` if the leave ends at noon of the last date; `null` if it ends with the date.
    end_half: Option<EndHalf>,
    /// The code of the leave type; shown to the person and to their managers only.
    #[serde(rename = "type")]
    #[schema(value_type = Option<String>)]
    leave_type: Option<LeaveTypeCode>,
    /// The state of the request: `pending` or `approved`.
    status: LeaveStatus,
    /// The id of the request; shown to the person and to their managers only.
    request_id: Option<LeaveRequestId>,
}

/// List who is away
///
/// Managers see the approved and pending leave of the people whom they manage. Employees see the approved leave of their own
/// department, without its type. The list is ordered by department, then by the last date. Leave that other leave interrupts
/// (annual leave with sick leave within it) appears to managers as the periods before and after; a page counts it once. To employees
/// it appears as one period with the leave that interrupts it.
#[utoipa::path(
    get,
    path = "/leave/calendar",
    operation_id = "getLeaveCalendar",
    tag = "leave",
    params(LeaveCalendar),
    responses(
        (status = 200, description = "A page of the calendar", body = Page<AwayAnswer>),
        (status = 403, description = "`forbidden`: another department")
    )
)]
pub(crate) async fn calendar(
    State(app): State<App>,
    caller: Caller,
    Query(query): Query<LeaveCalendar>,
) -> Result<Answer, Problem> {
    let LeaveCalendar { from, to, department_id, limit, cursor } = query;
    let from = from.unwrap_or_else(|| to.unwrap_or_else(|| caller.zone.date_of(app.now())));
    let to = to.unwrap_or_else(|| from.plus_days(DEFAULT_DAYS));
    let dates = at_most(DateRange { from, to }, LONGEST_DAYS)?;
    let calendar = VisibleCalendar::of(&caller, dates, department_id)?;
    let filters = (calendar.scope().departments(), from, to);
    let seal = CursorSeal::of_caller(&app, &caller, ListName::LeaveCalendar, &filters).await?;
    let position = seal.position::<Position>(cursor.as_deref())?;
    let page = calendar.page(&app.store, position, limit.get()).await?;
    let next_cursor = seal.next(page.next)?;
    Answer::ok(&Page { items: page.items.iter().flat_map(AwayAnswer::of).collect(), next_cursor })
}

impl AwayAnswer {
    /// Creates an answer for each period in which a person is away.
    pub(crate) fn of(VisibleAway { away, periods, is_told_all }: &VisibleAway) -> impl Iterator<Item = Self> {
        periods.iter().map(|period| Self::new(away, *period, *is_told_all))
    }

    /// Creates the answer for a period in which a person is away; its type is included only for people who may know it.
    fn new(away: &Away, period: LeavePeriod, is_told_all: bool) -> Self {
        Self {
            user_id: away.user_id,
            full_name: away.full_name.clone(),
            start_date: period.start_date(),
            end_date: period.end_date(),
            start_half: period.start_half(),
            end_half: period.end_half(),
            leave_type: is_told_all.then(|| away.leave_type.clone()),
            status: away.status,
            request_id: is_told_all.then_some(away.id),
        }
    }
}
