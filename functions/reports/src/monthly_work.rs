//! `GET /reports/monthly-work`

use axum::{extract::State, response::Response};
use domain::id::{DepartmentId, UserId};
use reporting::{Order, Report};
use serde::Deserialize;
use web::{App, Caller, Problem, Query};

use crate::{
    answer::answer,
    params,
    scope::whose,
    wanted::{Accepted, Form},
};

/// The month, people and format of the report.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct MonthlyWorkQuery {
    /// The year; the current year if neither the year nor the month is given.
    #[serde(default, deserialize_with = "web::query::number")]
    #[param(value_type = Option<u32>, minimum = 2000, maximum = 2199, example = 2026)]
    year: Option<params::Year>,
    /// The month, from 1 to 12.
    #[serde(default, deserialize_with = "web::query::number")]
    #[param(value_type = Option<u32>, minimum = 1, maximum = 12, example = 11)]
    month: Option<params::MonthOfYear>,
    /// Limits the report to figures that are recorded under this department.
    department_id: Option<DepartmentId>,
    /// Limits the report to figures of this person.
    user_id: Option<UserId>,
    /// The form; by default, the one in the `Accept` header.
    #[param(inline)]
    format: Option<Form>,
}

/// Work of a month
///
/// The report has a row for each person and each department in which they worked. The figures come from the month's
/// stored totals, which every change of a day updates. Employees see their own figures.
#[utoipa::path(
    get,
    path = "/reports/monthly-work",
    operation_id = "reportMonthlyWork",
    tag = "reports",
    params(MonthlyWorkQuery),
    responses(
        (status = 200, description = "The report", content((reporting::Rows<0> = "application/json"), (String = "text/csv"), (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"), (String = "image/svg+xml"))),
        (status = 413, description = "`report_too_large`: more than 1,000 rows or 4 MB, or too much to add up at once; ask for an export")
    )
)]
pub(crate) async fn monthly_work(
    State(app): State<App>,
    caller: Caller,
    accepted: Accepted,
    Query(query): Query<MonthlyWorkQuery>,
) -> Result<Response, Problem> {
    let today = caller.zone.date_of(app.now());
    let report = Report::MonthlyWork { month: params::month(query.year, query.month, today)? };
    let whose = whose(&app, &caller, query.user_id, query.department_id).await?;
    answer(&app, &Order { report, whose }, accepted.or_picture(query.format)).await
}
