//! `GET /roster/me/shifts`

use app::roster::plans::LONGEST_DAYS;
use axum::extract::{Path, State};
use domain::{calendar::WorkDate, day::assignment_on};
use serde::Deserialize;
use web::{
    Answer, App, Caller, Problem, Query,
    answers::RosterShiftAnswer,
    authorization,
    cursor::{CursorSeal, ListName, Page},
    date_range::requested_ahead,
    parameter,
    query::Limit,
};

/// The number of dates if the request has no last date.
const DEFAULT_DAYS: i32 = 31;

/// The dates and page of the list.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ShiftsQuery {
    /// The first date; today by default.
    #[param(value_type = Option<String>, example = "2026-11-01")]
    from: Option<WorkDate>,
    /// The last date; by default, the range has 31 dates. At most 366 dates.
    #[param(value_type = Option<String>, example = "2026-11-30")]
    to: Option<WorkDate>,
    /// The maximum number of items; all of them by default.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200)]
    limit: Option<Limit>,
    /// The `next_cursor` of the previous page.
    cursor: Option<String>,
}

/// List a person's shifts
///
/// The shifts of the caller (`me`), or of a person in the caller's charge, in the order of their starts. Shifts that
/// leave covers are included.
#[utoipa::path(
    get,
    path = "/roster/{user_id}/shifts",
    operation_id = "listShifts",
    tag = "roster",
    params(("user_id" = String, Path, description = "The id of the person; `me` is the caller"), ShiftsQuery),
    responses((status = 200, description = "The shifts", body = Page<RosterShiftAnswer>))
)]
pub(crate) async fn my_shifts(
    State(app): State<App>,
    caller: Caller,
    Path(user): Path<String>,
    Query(query): Query<ShiftsQuery>,
) -> Result<Answer, Problem> {
    let user = parameter::user(&user, &caller)?;
    let now = app.now();
    let today = caller.zone.date_of(now);
    let dates = requested_ahead(query.from, query.to, today, DEFAULT_DAYS, LONGEST_DAYS)?;
    let snapshot = app.store.attendance_snapshot(user, vec![dates.from, dates.to], None, now).await?;
    let person = snapshot.person.as_ref().ok_or_else(Problem::not_found)?;
    authorization::may_see(&caller, person)?;
    let planner = snapshot.planner(person);
    let items = dates
        .each()
        .flat_map(|date| RosterShiftAnswer::of(&assignment_on(&snapshot.days, &planner, date, now)))
        .collect();
    let seal = CursorSeal::of_caller(&app, &caller, ListName::Shifts, &(user, dates.from, dates.to)).await?;
    Answer::ok(&Page::of_whole(items, query.limit, query.cursor.as_deref(), &seal)?)
}
