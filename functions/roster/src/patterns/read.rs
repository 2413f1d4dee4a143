//! `GET /roster/{user_id}`

use app::roster::plans::LONGEST_DAYS;
use axum::extract::{Path, State};
use domain::calendar::{DateRange, WorkDate};
use serde::Deserialize;
use web::{
    Answer, App, Caller, Problem, Query, answers::roster::RosterAnswer, authorization, date_range::requested_ahead,
    parameter,
};

/// The dates of the planned days.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ReadRoster {
    /// The first date of `days`; today by default.
    #[param(value_type = Option<String>, example = "2026-11-01")]
    from: Option<WorkDate>,
    /// The last date of `days`; by default, the range has a year of dates.
    #[param(value_type = Option<String>, example = "2026-11-30")]
    to: Option<WorkDate>,
}

/// Get a person's patterns
///
/// Returns the patterns with the dates from which they apply, and the days that are planned differently.
#[utoipa::path(
    get,
    path = "/roster/{user_id}",
    operation_id = "getRoster",
    tag = "roster",
    params(("user_id" = String, Path, description = "The id of the person; `me` is the caller"), ReadRoster),
    responses((status = 200, description = "The patterns", body = RosterAnswer, headers(("ETag" = String, description = "The version"))))
)]
pub(crate) async fn read(
    State(app): State<App>,
    caller: Caller,
    Path(user): Path<String>,
    Query(query): Query<ReadRoster>,
) -> Result<Answer, Problem> {
    let user = parameter::user(&user, &caller)?;
    let now = app.now();
    let today = caller.zone.date_of(now);
    let DateRange { from, to } = requested_ahead(query.from, query.to, today, LONGEST_DAYS, LONGEST_DAYS)?;
    let snapshot = app.store.attendance_snapshot(user, vec![from, to], None, now).await?;
    let person = snapshot.person.as_ref().ok_or_else(Problem::not_found)?;
    authorization::may_see(&caller, person)?;
    let shown = RosterAnswer::new(&snapshot.planner(person), &snapshot.schedule, &snapshot.years, (from, to));
    Ok(Answer::ok(&shown)?.version(snapshot.schedule.version))
}
