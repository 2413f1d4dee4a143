//! `DELETE /corrections/{id}`

use app::attendance::corrections;
use axum::extract::{Path, State};
use domain::correction::CorrectionId;
use web::{
    Answer, App, Caller, IfMatch, Problem, RequestId, parameter,
    use_case::{execute, no_content},
};

/// Withdraw a correction
///
/// Callers can withdraw their own corrections until they are decided.
#[utoipa::path(
    delete,
    path = "/corrections/{id}",
    operation_id = "withdrawCorrection",
    tag = "corrections",
    params(
        ("id" = String, Path, description = "The id of the correction"),
        ("If-Match" = Option<String>, Header, description = "The `ETag` of the version that the change is based on")
    ),
    responses(
        (status = 204, description = "Withdrawn"),
        (status = 403, description = "`forbidden`: it belongs to another person"),
        (status = 409, description = "`already_decided`")
    )
)]
pub(crate) async fn withdraw(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    if_match: IfMatch,
    request_id: RequestId,
) -> Result<Answer, Problem> {
    let id: CorrectionId = parameter::id(&id)?;
    let (request, versions) = (app.request(&caller, &request_id, None), if_match.versions());
    execute(&request, no_content, || corrections::withdraw(&request, id, &versions)).await
}
