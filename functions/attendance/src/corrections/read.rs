//! `GET /corrections/{id}`

use axum::extract::{Path, State};
use domain::correction::CorrectionId;
use web::{
    Answer, App, Caller, Problem,
    allowed::{Owner, correction_actions, deciders_for},
    answers::CorrectionAnswer,
    parameter,
    person::visible_other,
};

/// Get a correction
///
/// Callers can read their own corrections and those of the people in their charge.
#[utoipa::path(
    get,
    path = "/corrections/{id}",
    operation_id = "getCorrection",
    tag = "corrections",
    params(("id" = String, Path, description = "The id of the correction")),
    responses((status = 200, description = "The correction", body = CorrectionAnswer))
)]
pub(crate) async fn read(State(app): State<App>, caller: Caller, Path(id): Path<String>) -> Result<Answer, Problem> {
    let id: CorrectionId = parameter::id(&id)?;
    let (other, deciders) = tokio::try_join!(visible_other(&app, &caller, id.owner()), deciders_for(&app, &caller))?;
    let correction = app.store.correction(id).await?.ok_or_else(Problem::not_found)?;
    let actions = correction_actions(&caller, Owner::read(other.as_ref()), &correction, deciders);
    Ok(Answer::ok(&CorrectionAnswer::new(&correction).allowing(actions))?.version(correction.version))
}
