//! `POST /pay/periods/{id}/timesheets/export`

use axum::{
    extract::{Path, State},
    response::Response,
};
use domain::{
    event::{Fact, JobFact, Subject},
    export::{FileContent, FileExport},
    id::{DepartmentId, JobId},
    job::Job,
};
use http::StatusCode;
use serde::Deserialize;
use store::{Commit, people_lists::ListScope};
use utoipa::ToSchema;
use web::{
    Answer, App, Body, Caller, Failed, Problem, Repeat, RequestId,
    answers::ExportAnswer,
    authorization::{current_profile, visible_people_of},
    command::{check_repeat, command},
};

use super::named_period;

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
) -> Result<Response, Problem> {
    let ExportTimesheets { department_id, format: ArchivedFormat::Pdf } = value;
    let scope = ListScope::from(visible_people_of(&caller, department_id)?);
    let (_, period) = named_period(&app, &id).await?;
    let content = FileContent::Timesheets { period, departments: scope.departments().cloned() };
    let export = FileExport { content, authority: caller.authority.clone() };
    let key = repeat.key(caller.user_id, &hash);
    let now = app.now();
    let attempt = async || -> Result<Answer, Failed> {
        check_repeat(&app.store, key.as_ref(), now).await?;
        let profile = app.store.user(caller.user_id).await?;
        current_profile(&caller, profile.as_ref())?;
        let id = JobId::generate(now, &*app.entropy);
        let job = Job::file_export(id, &export.content, caller.user_id, now);
        let shown = ExportAnswer::new(&job, export.content.name(), export.content.format(), &caller.zone, now);
        let answer = Answer::created(format!("/reports/exports/{id}"), &shown)?.status(StatusCode::ACCEPTED);
        let subject = Subject::Job(id);
        let requested = vec![Fact::Job(JobFact::ReportExportRequested { job_id: id })];
        let mut commit = Commit::new(app.stamp(&caller, &request_id, now), subject, requested)?;
        commit.put_job(&job)?;
        commit.put_job_step(id, 0, &export)?;
        // The audit records who exported which figures.
        commit.audit(subject, "timesheet_export_requested", None, Some(&export))?;
        commit.save_answer(key.as_ref(), answer.saved())?;
        commit.send(&app.store).await?;
        Ok(answer)
    };
    command(&app.store, key.as_ref(), now, attempt).await
}
