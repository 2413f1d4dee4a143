//! `GET /reports/trends`

use axum::{extract::State, response::Response};
use domain::{
    calendar::WorkDate,
    id::{DepartmentId, UserId},
};
use reporting::Order;
use serde::Deserialize;
use web::{App, Caller, Problem, Query};

use crate::{
    answer::answer,
    params,
    scope::whose,
    wanted::{Accepted, Form},
};

/// The dates, people and form of the report.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct TrendsQuery {
    /// The first date; twelve weeks before `to` by default.
    #[param(value_type = Option<String>, example = "2026-11-01")]
    from: Option<WorkDate>,
    /// The last date; today by default.
    #[param(value_type = Option<String>, example = "2026-11-30")]
    to: Option<WorkDate>,
    /// Limits the report to figures that are recorded under this department.
    department_id: Option<DepartmentId>,
    /// Limits the report to figures of this person.
    user_id: Option<UserId>,
    /// The form; by default, the one in the `Accept` header.
    #[param(inline)]
    format: Option<Form>,
}

/// Presence, lateness and absence by week
///
/// The report has a row for each ISO week, from Monday to Sunday. Presence and absence are fractions of the days on
/// which people were expected. Lateness is a fraction of the days present. A value is null if there are no such days.
/// At most 366 dates.
#[utoipa::path(
    get,
    path = "/reports/trends",
    operation_id = "reportTrends",
    tag = "reports",
    params(TrendsQuery),
    responses(
        (status = 200, description = "The report", content((reporting::Rows<5> = "application/json"), (String = "text/csv"), (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"), (String = "image/svg+xml"))),
        (status = 413, description = "`report_too_large`: more than 1,000 rows or 4 MB, or too much to add up at once; ask for an export")
    )
)]
pub(crate) async fn trends(
    State(app): State<App>,
    caller: Caller,
    accepted: Accepted,
    Query(query): Query<TrendsQuery>,
) -> Result<Response, Problem> {
    let today = caller.zone.date_of(app.now());
    let report = params::trends(query.from, query.to, today)?;
    let whose = whose(&app, &caller, query.user_id, query.department_id).await?;
    answer(&app, &Order { report, whose }, accepted.or_picture(query.format)).await
}
