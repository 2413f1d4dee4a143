//! `GET /roster/import/{id}`

use app::imports::find;
use axum::extract::{Path, State};
use domain::job::ImportKind;
use web::{Answer, App, Caller, Problem, answers::ImportAnswer, parameter};

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
    let id = parameter::id(&id)?;
    Answer::ok(&find(&app.ports(app.now()), &caller, id, ImportKind::Roster).await?)
}
