//! `GET /reports/lateness`

use axum::{extract::State, response::Response};
use reporting::{Order, Report};
use web::{App, Caller, Problem, Query};

use crate::{answer::answer, dates_query::DatesQuery, params, scope::whose, wanted::Accepted};

/// Late days
///
/// The report has a row for each day on which a person was late, including excused days. At most 366 dates.
#[utoipa::path(
    get,
    path = "/reports/lateness",
    operation_id = "reportLateness",
    tag = "reports",
    params(DatesQuery),
    responses(
        (status = 200, description = "The report", content((reporting::Rows<2> = "application/json"), (String = "text/csv"), (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"))),
        (status = 413, description = "`report_too_large`: more than 1,000 rows or 4 MB, or too much to add up at once; ask for an export")
    )
)]
pub(crate) async fn lateness(
    State(app): State<App>,
    caller: Caller,
    accepted: Accepted,
    Query(query): Query<DatesQuery>,
) -> Result<Response, Problem> {
    let today = caller.zone.date_of(app.now());
    let report = Report::Lateness { dates: params::dates(query.from, query.to, today)? };
    let whose = whose(&app, &caller, query.user_id, query.department_id).await?;
    answer(&app, &Order { report, whose }, accepted.or(query.format)).await
}
