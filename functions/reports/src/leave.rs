//! `GET /reports/leave`

use axum::{extract::State, response::Response};
use domain::id::{DepartmentId, UserId};
use reporting::{Format, Order};
use serde::Deserialize;
use web::{App, Caller, Problem, Query};

use crate::{answer::answer, params, scope::whose, wanted::Accepted};

/// The leave year, people and format of the report.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct LeaveQuery {
    /// The calendar year in which the leave year begins; the current year by default.
    #[serde(default, deserialize_with = "web::query::number")]
    #[param(value_type = Option<u32>, minimum = 2000, maximum = 2199, example = 2026)]
    year: Option<params::Year>,
    /// Limits the report to people who belong to this department now.
    department_id: Option<DepartmentId>,
    /// Limits the report to this person.
    user_id: Option<UserId>,
    /// The format; by default, the one in the `Accept` header.
    format: Option<Format>,
}

/// Leave balances
///
/// The report has a row for each person and counted leave type, as `GET /leave/balances/{user_id}` shows them. With a
/// department, it covers the people who belong to the department now.
#[utoipa::path(
    get,
    path = "/reports/leave",
    operation_id = "reportLeave",
    tag = "reports",
    params(LeaveQuery),
    responses(
        (status = 200, description = "The report", content((reporting::Rows<3> = "application/json"), (String = "text/csv"), (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"))),
        (status = 413, description = "`report_too_large`: more than 1,000 rows or 4 MB, or too much to add up at once; ask for an export")
    )
)]
pub(crate) async fn leave(
    State(app): State<App>,
    caller: Caller,
    accepted: Accepted,
    Query(query): Query<LeaveQuery>,
) -> Result<Response, Problem> {
    let today = caller.zone.date_of(app.now());
    let report = params::leave(query.year, today);
    let whose = whose(&app, &caller, query.user_id, query.department_id).await?;
    answer(&app, &Order { report, whose }, accepted.or(query.format)).await
}
