//! `GET /pay/periods/{id}/timesheets`

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
    query::Limit,
};

use super::{answer::TimesheetState, named_period};

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
    let (_, period) = named_period(&app, &id).await?;
    let filters = (&id, scope.departments(), status);
    let seal = CursorSeal::of_caller(&app, &caller, ListName::Timesheets, &filters).await?;
    let position: Option<Position> = cursor.map(|cursor| seal.open(&cursor)).transpose()?;
    let page = app.store.people(&scope, position, limit.get(), |person| period.includes(person), true).await?;
    let timesheets = app.store.timesheets_of(page.people.iter().map(|person| person.id), period).await?;
    let shown = |person: &User| {
        let timesheet = timesheets.get(&person.id).cloned().unwrap_or_else(|| Timesheet::open(person.id, period));
        status.is_none_or(|status| timesheet.status == status).then(|| TimesheetState::new(person, &timesheet))
    };
    let items = page.people.iter().filter_map(shown).collect();
    let next_cursor = page.next.map(|position| seal.seal(&position)).transpose()?;
    Answer::ok(&Page { items, next_cursor })
}
