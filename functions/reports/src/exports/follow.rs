//! `GET /reports/exports/{id}`

use axum::extract::{Path, State};
use domain::{id::JobId, job::JobStatus};
use jiff::SignedDuration;
use reporting::Export;
use web::{Answer, Caller, Code, Detail, Problem, authorization, instant::Instant, parameter};

use super::shown::ExportAnswer;
use crate::state::AppState;

/// Get the progress of an export
///
/// Available to the person who ordered the export, and to admins. Exports are kept for a week. Each call returns a
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
    let is_export = job.kind.import().is_none();
    let may_see = authorization::is_self(&caller, job.requested_by) || authorization::must_be_admin(&caller).is_ok();
    if !is_export || !may_see {
        return Err(Problem::not_found());
    }
    let export: Export = app.store.job_step(id, 0).await?.ok_or_else(Problem::not_found)?;
    let answer = ExportAnswer::new(&job, &export, &caller.zone, now);
    match job.status {
        JobStatus::Done if !caller.authority.covers(&export.authority) => {
            Err(Problem::new(Code::Forbidden).detail(Detail::OtherDepartment))
        }
        JobStatus::Done => {
            let link = exports.presigned_get(&export.key(id), reporting::LINK_LASTS).await?;
            let lasting = SignedDuration::try_from(reporting::LINK_LASTS).unwrap_or_default();
            let until = now.saturating_add(lasting).unwrap_or(now);
            Answer::ok(&answer.with_link(link.url, Instant::new(until, &caller.zone)))
        }
        JobStatus::Queued | JobStatus::Running | JobStatus::Failed => Answer::ok(&answer),
    }
}
