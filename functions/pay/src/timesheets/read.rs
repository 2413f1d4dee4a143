//! `GET /pay/periods/{id}/timesheets/{user_id}`

use axum::extract::{Path, State};
use store::pay::timesheets::TimesheetQuery;
use web::{Answer, App, Caller, Problem, authorization, parameter};

use super::{answer::TimesheetAnswer, named_period};

/// Get a timesheet
///
/// Returns a person's days of a pay period with the seconds by pay code, absences, the differences of closed days that have
/// changed since, and what blocks a signature. For the person, their managers and admins.
#[utoipa::path(
    get,
    path = "/pay/periods/{id}/timesheets/{user_id}",
    operation_id = "getTimesheet",
    tag = "pay",
    params(
        ("id" = String, Path, description = "The id of the pay period", example = "2026-11-01..2026-11-30"),
        ("user_id" = String, Path, description = "The id of the person; `me` is the caller")
    ),
    responses(
        (status = 200, description = "The timesheet", body = TimesheetAnswer,
            headers(("ETag" = String, description = "The version"))),
        (status = 409, description = "`pay_period_not_set`")
    )
)]
pub(crate) async fn read(
    State(app): State<App>,
    caller: Caller,
    Path((id, user)): Path<(String, String)>,
) -> Result<Answer, Problem> {
    let (periods, period) = named_period(&app, &id).await?;
    let person = parameter::user(&user, &caller)?;
    let query = TimesheetQuery { caller: Some(caller.user_id), person, period, periods, repeat: None };
    let snapshot = app.store.timesheet_snapshot(&query, app.now()).await?.ok_or_else(Problem::not_found)?;
    authorization::may_see(&caller, &snapshot.inputs.person)?;
    let answer = TimesheetAnswer::new(&caller, &snapshot, &snapshot.timesheet);
    Ok(Answer::ok(&answer)?.version(snapshot.timesheet.version))
}
