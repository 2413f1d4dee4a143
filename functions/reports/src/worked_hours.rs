//! `GET /reports/worked-hours`

use axum::{extract::State, response::Response};
use domain::{
    calendar::WorkDate,
    id::{DepartmentId, UserId},
};
use reporting::{Format, GroupBy, Order, Report};
use serde::Deserialize;
use web::{App, Caller, Problem, Query};

use crate::{answer::answer, params, scope::whose, wanted::Accepted};

/// The dates, people, grouping and format of the report.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct WorkedHoursQuery {
    /// The first date; 30 days before `to` by default.
    #[param(value_type = Option<String>, example = "2026-11-01")]
    from: Option<WorkDate>,
    /// The last date; tomorrow by default, so that the report includes a night shift that begins today.
    #[param(value_type = Option<String>, example = "2026-11-30")]
    to: Option<WorkDate>,
    /// The grouping of the rows; by person by default.
    group_by: Option<GroupBy>,
    /// Limits the report to figures that are recorded under this department.
    department_id: Option<DepartmentId>,
    /// Limits the report to figures of this person.
    user_id: Option<UserId>,
    /// The format; by default, the one in the `Accept` header.
    format: Option<Format>,
}

/// Worked hours
///
/// The report takes whole months from the months' totals, and adds up other dates by day. At most 366 dates.
#[utoipa::path(
    get,
    path = "/reports/worked-hours",
    operation_id = "reportWorkedHours",
    tag = "reports",
    params(WorkedHoursQuery),
    responses(
        (status = 200, description = "The report", content((reporting::Rows<1> = "application/json"), (String = "text/csv"), (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"))),
        (status = 413, description = "`report_too_large`: more than 1,000 rows or 4 MB, or too much to add up at once; ask for an export")
    )
)]
pub(crate) async fn worked_hours(
    State(app): State<App>,
    caller: Caller,
    accepted: Accepted,
    Query(query): Query<WorkedHoursQuery>,
) -> Result<Response, Problem> {
    let today = caller.zone.date_of(app.now());
    let report = Report::WorkedHours {
        dates: params::dates(query.from, query.to, today)?,
        group_by: query.group_by.unwrap_or(GroupBy::User),
    };
    let whose = whose(&app, &caller, query.user_id, query.department_id).await?;
    answer(&app, &Order { report, whose }, accepted.or(query.format)).await
}
