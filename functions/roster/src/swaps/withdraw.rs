//! `DELETE /roster/swaps/{id}`

use axum::{
    extract::{Path, State},
    response::Response,
};
use decisions::swap::untimely;
use domain::{
    event::{Subject, SwapEnding},
    id::SwapId,
};
use store::Commit;
use web::{
    Answer, App, Caller, Code, Detail, Failed, IfMatch, Problem, RequestId, answers::SwapAnswer, authorization,
    command, parameter,
};

use super::read::visible_with_people;

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
        (status = 204, description = "It is withdrawn"),
        (status = 403, description = "`forbidden`: another asked for it"),
        (status = 409, description = "`already_decided`")
    )
)]
pub(crate) async fn withdraw(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    if_match: IfMatch,
    request_id: RequestId,
) -> Result<Response, Problem> {
    let id: SwapId = parameter::id(&id)?;
    let now = app.now();
    let attempt = async || -> Result<Answer, Failed> {
        let (swap, asker, _) = visible_with_people(&app, &caller, id).await?;
        if !authorization::is_self(&caller, swap.from_user_id) {
            return Err(Problem::new(Code::Forbidden).detail(Detail::OnlyOwnRequest).into());
        }
        authorization::current_profile(&caller, Some(&asker))?;
        if_match.check(swap.version)?;
        let withdrawn = swap.withdrawn(now).map_err(untimely)?;

        let subject = Subject::User(swap.from_user_id);
        let stamp = app.stamp(&caller, &request_id, now);
        let mut commit = Commit::new(stamp, subject, vec![withdrawn.ended_fact(SwapEnding::Withdrawn)])?;
        commit.end_swap(&withdrawn)?;
        let (before, after) = (SwapAnswer::new(&swap, now), SwapAnswer::new(&withdrawn, now));
        commit.audit(subject, "swap_withdrawn", Some(&before), Some(&after))?;
        commit.send(&app.store).await?;
        Ok(Answer::no_content())
    };
    command(&app.store, None, now, attempt).await
}
