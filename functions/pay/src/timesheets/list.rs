//! `GET /pay/periods/{id}/timesheets`

use app::pay::{periods::CompanyPeriod, timesheets};
use axum::extract::{Path, State};
use domain::{
    id::DepartmentId,
    pay::{Timesheet, TimesheetStatus},
    user::User,
};
use serde::Deserialize;
use store::people_lists::{ListScope, Position};
use web::{
    Answer, App, Caller, Problem, Query,
    authorization::visible_people_of,
    cursor::{CursorSeal, ListName, Page},
    parameter,
    query::Limit,
};

use super::answer::TimesheetState;

/// The people and the page of a list of timesheets.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct List {
    /// Only people of this department.
    department_id: Option<DepartmentId>,
    /// Only timesheets in this state.
    status: Option<TimesheetStatus>,
    /// The maximum number of people.
    #[serde(default)]
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200)]
    limit: Limit,
    /// The `next_cursor` of the page before.
    cursor: Option<String>,
}

/// List timesheets
///
/// Lists the states of the timesheets of the people whom the caller manages, by department and name. A page reads `limit` people,
/// so with `status` it may hold fewer, or none, and still have a `next_cursor`.
#[utoipa::path(
    get,
    path = "/pay/periods/{id}/timesheets",
    operation_id = "listTimesheets",
    tag = "pay",
    params(("id" = String, Path, description = "The id of the pay period", example = "2026-11-01..2026-11-30"), List),
    responses(
        (status = 200, description = "A page of timesheets", body = Page<TimesheetState>),
        (status = 409, description = "`pay_period_not_set`")
    )
)]
pub(crate) async fn list(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    Query(List { department_id, status, limit, cursor }): Query<List>,
) -> Result<Answer, Problem> {
    let scope = ListScope::from(visible_people_of(&caller, department_id)?);
    let CompanyPeriod { period, .. } = CompanyPeriod::named(&app.store, parameter::id(&id)?).await?;
    let filters = (&id, scope.departments(), status);
    let seal = CursorSeal::of_caller(&app, &caller, ListName::Timesheets, &filters).await?;
    let position: Option<Position> = cursor.map(|cursor| seal.open(&cursor)).transpose()?;
    let company = app.store.company_snapshot(&[]).await?;
    let page = timesheets::page(&app.store, &scope, period, position, limit.get()).await?;
    let is_listed = |timesheet: &Timesheet| status.is_none_or(|status| timesheet.status == status);
    let listed = page.timesheets.iter().filter(|(_, timesheet)| is_listed(timesheet));
    let state = |(person, timesheet): &(User, Timesheet)| {
        let zone = person.zone_at(&company.sites, &company.settings.settings.time_zone);
        TimesheetState::new(person, timesheet, zone)
    };
    let items = listed.map(state).collect();
    let next_cursor = page.next.map(|position| seal.seal(&position)).transpose()?;
    Answer::ok(&Page { items, next_cursor })
}
