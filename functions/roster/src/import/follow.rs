//! `GET /roster/import/{id}`

use axum::extract::{Path, State};
use domain::{id::JobId, job::JobKind};
use web::{Answer, App, Caller, Problem, authorization, parameter};

use super::shown::ImportAnswer;

/// Get the progress of an import
///
/// Available to the person who started the import, and to admins. Imports are kept for a week.
#[utoipa::path(
    get,
    path = "/roster/import/{id}",
    operation_id = "getRosterImport",
    tag = "roster",
    params(("id" = String, Path, description = "The id of the import")),
    responses((status = 200, description = "The import", body = ImportAnswer))
)]
pub(crate) async fn follow(State(app): State<App>, caller: Caller, Path(id): Path<String>) -> Result<Answer, Problem> {
    let id: JobId = parameter::id(&id)?;
    let job = app.store.job(id, app.now()).await?.ok_or_else(Problem::not_found)?;
    let is_import = match job.kind {
        JobKind::RosterImport => true,
        JobKind::ReportExport => false,
    };
    let may_see = authorization::is_self(&caller, job.requested_by) || authorization::must_be_admin(&caller).is_ok();
    if is_import && may_see { Answer::ok(&ImportAnswer::new(&job, &caller.zone)) } else { Err(Problem::not_found()) }
}
