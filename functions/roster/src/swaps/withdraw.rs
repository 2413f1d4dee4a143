//! `DELETE /roster/swaps/{id}`

use app::roster::swaps;
use axum::extract::{Path, State};
use domain::id::SwapId;
use web::{
    Answer, App, Caller, IfMatch, Problem, RequestId, parameter,
    use_case::{execute, no_content},
};

/// Withdraw a swap
///
/// The caller withdraws a swap that they asked for and that isn't made yet.
#[utoipa::path(
    delete,
    path = "/roster/swaps/{id}",
    operation_id = "withdrawSwap",
    tag = "swaps",
    params(
        ("id" = String, Path, description = "The id of the swap"),
        ("If-Match" = Option<String>, Header, description = "The `ETag` of the version that the change is based on")
    ),
    responses(
        (status = 204, description = "Withdrawn"),
        (status = 403, description = "`forbidden`: another person asked for it"),
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
    let id: SwapId = parameter::id(&id)?;
    let (request, versions) = (app.request(&caller, &request_id, None), if_match.versions());
    execute(&request, no_content, || swaps::withdraw(&request, id, &versions)).await
}
