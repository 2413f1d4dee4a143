//! `POST /pay/periods/{id}/timesheets/export`

use app::pay::timesheets;
use axum::extract::{Path, State};
use domain::id::DepartmentId;
use serde::Deserialize;
use utoipa::ToSchema;
use web::{
    Answer, App, Body, Caller, Problem, Repeat, RequestId,
    answers::ExportAnswer,
    authorization, parameter,
    use_case::{execute, export_ordered},
};

/// The people whose timesheets are exported.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"format": "pdf"}))]
pub(crate) struct ExportTimesheets {
    /// Only people of this department; all people whom the caller manages by default.
    department_id: Option<DepartmentId>,
    /// The format of each timesheet.
    #[serde(default)]
    format: ArchivedFormat,
}

/// The format of the timesheets in an archive.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ArchivedFormat {
    /// A document (PDF/A-2u), in the language of the person.
    #[default]
    Pdf,
}

/// Order timesheets as a file
///
/// Orders a zip archive with the timesheets of a pay period: a PDF for each person whom the caller manages, or for those of one
/// department. A job makes it; follow it with `GET /reports/exports/{id}`. The person who ordered it gets the notification
/// `export_ready` when the file is ready, or `export_failed` if the export fails.
#[utoipa::path(
    post,
    path = "/pay/periods/{id}/timesheets/export",
    operation_id = "exportTimesheets",
    tag = "pay",
    params(
        ("id" = String, Path, description = "The id of the pay period", example = "2026-11-01..2026-11-30"),
        ("Idempotency-Key" = Option<String>, Header, description = "Names the order, so that a repeat begins no other")
    ),
    request_body = ExportTimesheets,
    responses(
        (status = 202, description = "The export", body = ExportAnswer,
            headers(("Location" = String, description = "Where to follow it"))),
        (status = 409, description = "`pay_period_not_set`")
    )
)]
pub(crate) async fn export(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    request_id: RequestId,
    repeat: Repeat,
    Body { value, hash }: Body<ExportTimesheets>,
) -> Result<Answer, Problem> {
    let ExportTimesheets { department_id, format: ArchivedFormat::Pdf } = value;
    authorization::visible_people_of(&caller, department_id)?;
    let id = parameter::id(&id)?;
    let key = repeat.key(caller.user_id, &hash);
    let request = app.request(&caller, &request_id, key.as_ref());
    execute(&request, export_ordered, || timesheets::order_archive(&request, id, department_id)).await
}
