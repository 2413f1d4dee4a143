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
    asked,
    scope::whose,
    wanted::{Accepted, Form},
};

/// Of which dates, of whom, in which form.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct TrendsQuery {
    /// The first date; twelve weeks before `to` where it isn't given.
    #[param(value_type = Option<String>, example = "2026-11-01")]
    from: Option<WorkDate>,
    /// The last date; today where it isn't given.
    #[param(value_type = Option<String>, example = "2026-11-30")]
    to: Option<WorkDate>,
    /// Only what stands with this department.
    department_id: Option<DepartmentId>,
    /// Only what is this person's.
    user_id: Option<UserId>,
    /// In which form; what `Accept` says where it isn't given.
    #[param(inline)]
    format: Option<Form>,
}

/// Presence, lateness and absence by week
///
/// A row for each ISO week, Monday to Sunday. Presence and absence are parts of the days on which somebody was to come, lateness
/// is a part of the days present; null where there are none. At most 366 dates.
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
    let report = asked::trends(query.from, query.to, today)?;
    let whose = whose(&app, &caller, query.user_id, query.department_id).await?;
    answer(&app, &Order { report, whose }, accepted.or_picture(query.format)).await
}
