//! `GET /roster/swaps/{id}`

use axum::extract::{Path, State};
use domain::{
    id::{SwapId, UserId},
    swap::Swap,
    user::User,
};
use web::{
    Answer, App, Caller, Problem,
    allowed::{deciders_for, swap_actions},
    answers::SwapAnswer,
    authorization::may_see_either,
    parameter,
};

/// Get a swap
///
/// Available to the two people and to those who are in charge of either.
#[utoipa::path(
    get,
    path = "/roster/swaps/{id}",
    operation_id = "getSwap",
    tag = "swaps",
    params(("id" = String, Path, description = "The id of the swap")),
    responses((status = 200, description = "The swap", body = SwapAnswer))
)]
pub(crate) async fn read(State(app): State<App>, caller: Caller, Path(id): Path<String>) -> Result<Answer, Problem> {
    let (id, now) = (parameter::id(&id)?, app.now());
    let ((swap, asker, other), deciders) =
        tokio::try_join!(visible_with_people(&app, &caller, id), deciders_for(&app, &caller))?;
    let actions = swap_actions(&caller, (&asker, &other), &swap, deciders, now);
    Ok(Answer::ok(&SwapAnswer::new(&swap, now).allowing(actions))?.version(swap.version))
}

/// Returns a swap that the caller may see, with the asker and the person asked.
pub(super) async fn visible_with_people(app: &App, caller: &Caller, id: SwapId) -> Result<(Swap, User, User), Problem> {
    let swap = app.store.swap(id).await?.ok_or_else(Problem::not_found)?;
    let mut people = app.store.users([swap.from_user_id, swap.with_user_id]).await?;
    let mut take = |id: UserId| {
        let found = people.iter().position(|person| person.id == id).map(|index| people.swap_remove(index));
        found.ok_or_else(Problem::not_found)
    };
    let (asker, other) = (take(swap.from_user_id)?, take(swap.with_user_id)?);
    may_see_either(caller, &asker, &other)?;
    Ok((swap, asker, other))
}
