//! `GET /corrections/{id}`

use axum::extract::{Path, State};
use domain::correction::{Correction, CorrectionId};
use web::{Answer, App, Caller, Problem, answers::CorrectionAnswer, authorization, parameter};

/// One correction
///
/// One's own, or of someone whom one is in charge of.
#[utoipa::path(
    get,
    path = "/corrections/{id}",
    operation_id = "getCorrection",
    tag = "corrections",
    params(("id" = String, Path, description = "The id of the correction")),
    responses((status = 200, description = "The correction", body = CorrectionAnswer))
)]
pub(crate) async fn read(State(app): State<App>, caller: Caller, Path(id): Path<String>) -> Result<Answer, Problem> {
    let correction = visible(&app, &caller, parameter::id(&id)?).await?;
    Ok(Answer::ok(&CorrectionAnswer::new(&correction))?.version(correction.version))
}

/// A correction that the caller may see. One's own needs no further read for that.
pub(super) async fn visible(app: &App, caller: &Caller, id: CorrectionId) -> Result<Correction, Problem> {
    if !authorization::is_self(caller, id.owner()) {
        let person = app.store.user(id.owner()).await?.ok_or_else(Problem::not_found)?;
        authorization::may_see(caller, &person)?;
    }
    app.store.correction(id).await?.ok_or_else(Problem::not_found)
}
