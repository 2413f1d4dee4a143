//! `GET /reports/attendance`

use axum::{extract::State, response::Response};
use reporting::{Order, Report};
use web::{App, Caller, Problem, Query};

use crate::{answer::answer, dates_query::DatesQuery, params, scope::whose, wanted::Accepted};

/// Sessions
///
/// The report has a row for each session: clock-in, clock-out, breaks, remarks and places. The worked time of a row
/// is that of the session. Breaks that are deducted automatically count for the day, not for its sessions. At most
/// 366 dates.
#[utoipa::path(
    get,
    path = "/reports/attendance",
    operation_id = "reportAttendance",
    tag = "reports",
    params(DatesQuery),
    responses(
        (status = 200, description = "The report", content((reporting::Rows<4> = "application/json"), (String = "text/csv"), (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"))),
        (status = 413, description = "`report_too_large`: more than 1,000 rows or 4 MB, or too much to add up at once; ask for an export")
    )
)]
pub(crate) async fn attendance(
    State(app): State<App>,
    caller: Caller,
    accepted: Accepted,
    Query(query): Query<DatesQuery>,
) -> Result<Response, Problem> {
    let today = caller.zone.date_of(app.now());
    let report = Report::Attendance { dates: params::dates(query.from, query.to, today)? };
    let whose = whose(&app, &caller, query.user_id, query.department_id).await?;
    answer(&app, &Order { report, whose }, accepted.or(query.format)).await
}
