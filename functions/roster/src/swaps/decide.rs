//! `POST /roster/swaps/{id}/decision`

use app::roster::swaps::{self, Verdict};
use axum::extract::{Path, State};
use domain::{id::SwapId, text::Remark};
use serde::Deserialize;
use utoipa::ToSchema;
use web::{
    Answer, App, Body, Caller, IfMatch, Problem, Repeat, RequestId,
    answers::SwapAnswer,
    parameter,
    use_case::{changed, execute},
};

/// An answer to a swap, or a decision about it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = DecideSwap)]
#[schema(example = json!({"status": "accepted", "note": "Happy to help"}))]
pub(crate) struct Decide {
    /// The answer of the person asked, or the decision of a manager.
    status: Verdict,
    /// The note on the answer or decision.
    #[schema(value_type = Option<String>, max_length = 500)]
    note: Option<Remark>,
}

/// Decide a swap
///
/// The person who is asked sends `accepted` or `declined`. If a manager's approval is needed, a manager of either
/// person sends `approved` or `rejected`. With the last approval, both rosters change in one transaction.
#[utoipa::path(
    post,
    path = "/roster/swaps/{id}/decision",
    operation_id = "decideSwap",
    tag = "swaps",
    params(
        ("id" = String, Path, description = "The id of the swap"),
        ("If-Match" = Option<String>, Header, description = "The `ETag` of the version that the decision is about"),
        ("Idempotency-Key" = Option<String>, Header, description = "Names the decision, so that a repeat gets its answer")
    ),
    request_body = Decide,
    responses(
        (status = 200, description = "The swap", body = SwapAnswer),
        (status = 403, description = "`own_request`; `forbidden`"),
        (status = 409, description = "`already_decided`; `not_accepted_yet`; `roster_changed`; `would_overlap`; `too_little_rest`; `on_leave`; `day_worked`")
    )
)]
pub(crate) async fn decide(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    if_match: IfMatch,
    request_id: RequestId,
    repeat: Repeat,
    Body { value: Decide { status, note }, hash }: Body<Decide>,
) -> Result<Answer, Problem> {
    let id: SwapId = parameter::id(&id)?;
    let key = repeat.key(caller.user_id, &hash);
    let (request, versions) = (app.request(&caller, &request_id, key.as_ref()), if_match.versions());
    execute(&request, changed, || swaps::decide(&request, id, &versions, status, note.as_ref())).await
}
