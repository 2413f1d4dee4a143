//! `GET /reports/exports/{id}`

use axum::extract::{Path, State};
use domain::{
    export::{FileExport, FileFormat, LINK_LASTS},
    id::JobId,
    job::{Job, JobKind, JobStatus},
    user::Authority,
};
use jiff::SignedDuration;
use reporting::Export;
use web::{
    Answer, App, Caller, Code, Detail, Problem, answers::ExportAnswer, authorization, instant::Instant, parameter,
};

use crate::state::AppState;

/// Get the progress of an export
///
/// Reports and other files: timesheets, and large previews. Available to the person who ordered the export, and to admins. Exports are kept for a week. Each call returns a
/// new link to the file, as long as the caller has the rights that the export was ordered with.
#[utoipa::path(
    get,
    path = "/reports/exports/{id}",
    operation_id = "getReportExport",
    tag = "reports",
    params(("id" = String, Path, description = "The id of the export")),
    responses(
        (status = 200, description = "The export", body = ExportAnswer),
        (status = 403, description = "`forbidden`: the caller's role or scope doesn't allow the report any more"),
    )
)]
pub(crate) async fn follow(
    State(AppState { app, exports }): State<AppState>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Answer, Problem> {
    let id: JobId = parameter::id(&id)?;
    let now = app.now();
    let job = app.store.job(id, now).await?.ok_or_else(Problem::not_found)?;
    let may_see = authorization::is_self(&caller, job.requested_by) || authorization::must_be_admin(&caller).is_ok();
    let found = if may_see { ordered(&app, &job).await? } else { None };
    let Ordered { name, format, key, authority } = found.ok_or_else(Problem::not_found)?;
    let answer = ExportAnswer::new(&job, name, format, &caller.zone, now);
    match job.status {
        JobStatus::Done if !caller.authority.covers(&authority) => {
            Err(Problem::new(Code::Forbidden).detail(Detail::OtherDepartment))
        }
        JobStatus::Done => {
            let link = exports.presigned_get(&key, LINK_LASTS).await?;
            let lasting = SignedDuration::try_from(LINK_LASTS).unwrap_or_default();
            let until = now.saturating_add(lasting).unwrap_or(now);
            Answer::ok(&answer.with_link(link.url, Instant::new(until, &caller.zone)))
        }
        JobStatus::Queued | JobStatus::Running | JobStatus::Failed => Answer::ok(&answer),
    }
}

/// What was ordered, as far as the progress of an export shows it.
struct Ordered {
    name: &'static str,
    format: FileFormat,
    /// The key of the file.
    key: String,
    /// The authority that the file needs.
    authority: Authority,
}

/// Returns what a job exports; none if it is no export, or if it has expired.
async fn ordered(app: &App, job: &Job) -> Result<Option<Ordered>, Problem> {
    match job.kind {
        JobKind::ReportExport => {
            let export: Option<Export> = app.store.job_step(job.id, 0).await?;
            Ok(export.map(|export| Ordered {
                name: export.order.report.name(),
                format: export.format.into(),
                key: export.key(job.id),
                authority: export.authority,
            }))
        }
        JobKind::FileExport => {
            let export: Option<FileExport> = app.store.job_step(job.id, 0).await?;
            Ok(export.map(|export| Ordered {
                name: export.content.name(),
                format: export.content.format(),
                key: export.key(job.id),
                authority: export.authority,
            }))
        }
        JobKind::RosterImport | JobKind::AttendanceImport | JobKind::LeaveBalanceImport | JobKind::UserImport => {
            Ok(None)
        }
    }
}
