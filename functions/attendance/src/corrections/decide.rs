//! `POST /corrections/{id}/decision`

use app::attendance::corrections;
use axum::extract::{Path, State};
use domain::{
    correction::{CorrectionId, Decision},
    text::Remark,
};
use serde::Deserialize;
use utoipa::ToSchema;
use web::{
    Answer, App, Body, Caller, IfMatch, Problem, Repeat, RequestId,
    answers::CorrectionAnswer,
    parameter,
    use_case::{changed, execute},
};

/// A decision about a correction.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"status": "approved", "note": "Matches the door log"}))]
pub(crate) struct Decide {
    /// The decision.
    status: Decision,
    /// The note.
    #[schema(value_type = Option<String>, max_length = 500)]
    note: Option<Remark>,
}

/// Decide a correction
///
/// A correction is decided once, by a manager in charge of the person. Approval changes the day as the person requested, unless
/// the day has changed since the request. If there is only one admin and no manager of everyone, the admin decides their own
/// corrections, and the decision is marked `self_decided`.
#[utoipa::path(
    post,
    path = "/corrections/{id}/decision",
    operation_id = "decideCorrection",
    tag = "corrections",
    params(
        ("id" = String, Path, description = "The id of the correction"),
        ("If-Match" = Option<String>, Header, description = "The `ETag` of the version that the decision is about"),
        ("Idempotency-Key" = Option<String>, Header, description = "Names the decision, so that a repeat gets its answer")
    ),
    request_body = Decide,
    responses(
        (status = 200, description = "The correction", body = CorrectionAnswer),
        (status = 403, description = "`own_request`; `forbidden`"),
        (status = 409, description = "`already_decided`; `day_changed`")
    )
)]
pub(crate) async fn decide(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    if_match: IfMatch,
    request_id: RequestId,
    repeat: Repeat,
    Body { value, hash }: Body<Decide>,
) -> Result<Answer, Problem> {
    let id: CorrectionId = parameter::id(&id)?;
    let key = repeat.key(caller.user_id, &hash);
    let (request, versions) = (app.request(&caller, &request_id, key.as_ref()), if_match.versions());
    execute(&request, changed, || corrections::decide(&request, id, &versions, value.status, value.note.as_ref())).await
}
