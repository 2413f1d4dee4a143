//! `GET /pay/periods/{id}/timesheets/{user_id}`

use app::pay::{periods::CompanyPeriod, timesheets};
use axum::{
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use timesheet_files::{FileError, timesheet_document};
use utoipa::ToSchema;
use web::{Answer, App, Caller, Problem, Query, parameter};

use super::answer::TimesheetAnswer;
use crate::runs::file::file_response;

/// The format of a timesheet.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum TimesheetFormat {
    /// An object.
    #[default]
    Json,
    /// A document (PDF/A-2u) with punches, breaks, absences, sums, time account and signatures, in the language of the person.
    Pdf,
}

/// The format of the answer.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct TimesheetReadQuery {
    /// The format; JSON by default.
    #[serde(default)]
    #[param(inline)]
    format: TimesheetFormat,
}

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
        ("user_id" = String, Path, description = "The id of the person; `me` is the caller"),
        TimesheetReadQuery
    ),
    responses(
        (status = 200, description = "The timesheet",
            content((TimesheetAnswer = "application/json"), (Vec<u8> = "application/pdf")),
            headers(("ETag" = String, description = "The version"))),
        (status = 409, description = "`pay_period_not_set`")
    )
)]
pub(crate) async fn read(
    State(app): State<App>,
    caller: Caller,
    Path((id, user)): Path<(String, String)>,
    Query(query): Query<TimesheetReadQuery>,
) -> Result<Response, Problem> {
    let format = query.format;
    let period = CompanyPeriod::named(&app.store, parameter::id(&id)?).await?;
    let person = parameter::user(&user, &caller)?;
    let snapshot = timesheets::read(&app.ports(app.now()), &caller, person, period).await?;
    match format {
        TimesheetFormat::Json => {
            let answer = TimesheetAnswer::new(&caller, &snapshot, &snapshot.timesheet);
            Ok(Answer::ok(&answer)?.version(snapshot.timesheet.version).into_response())
        }
        TimesheetFormat::Pdf => {
            let bytes = timesheet_document(&app.store, &snapshot).await.map_err(|error| match error {
                FileError::Store(error) => Problem::from(error),
                FileError::Unwritable(reason) => Problem::internal(reason),
            })?;
            file_response(bytes, "application/pdf", &format!("timesheet-{}-{person}.pdf", period.period))
        }
    }
}
