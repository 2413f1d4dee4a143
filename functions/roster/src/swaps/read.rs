//! `GET /roster/swaps/{id}`

use axum::extract::{Path, State};
use domain::{id::SwapId, swap::Swap};
use web::{Answer, App, Caller, Problem, authorization, parameter};

use super::shown::SwapAnswer;

/// One swap
///
/// For the two, and for who is in charge of either.
#[utoipa::path(
    get,
    path = "/roster/swaps/{id}",
    operation_id = "getSwap",
    tag = "swaps",
    params(("id" = String, Path, description = "The id of the swap")),
    responses((status = 200, description = "The swap", body = SwapAnswer))
)]
pub(crate) async fn read(State(app): State<App>, caller: Caller, Path(id): Path<String>) -> Result<Answer, Problem> {
    let swap = visible(&app, &caller, parameter::id(&id)?).await?;
    Ok(Answer::ok(&SwapAnswer::new(&swap, app.now()))?.version(swap.version))
}

/// A swap that the caller may see. One's own needs no further read for that.
pub(super) async fn visible(app: &App, caller: &Caller, id: SwapId) -> Result<Swap, Problem> {
    let swap = app.store.swap(id).await?.ok_or_else(Problem::not_found)?;
    if !swap.concerns(caller.user_id) {
        let people = app.store.users([swap.from_user_id, swap.with_user_id]).await?;
        let may_see = people.iter().any(|person| authorization::may_see(caller, person).is_ok());
        if !may_see {
            return Err(Problem::not_found());
        }
    }
    Ok(swap)
}
