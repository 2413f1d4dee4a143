//! `GET /roster/swaps/{id}`

use app::roster::swaps;
use axum::extract::{Path, State};
use web::{
    Answer, App, Caller, Problem,
    allowed::{deciders_for, swap_actions},
    answers::SwapAnswer,
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
    let ports = app.ports(now);
    let ((swap, asker, other), deciders) = tokio::try_join!(
        async { Ok(swaps::visible_with_people(&ports, &caller, id).await?) },
        deciders_for(&app, &caller)
    )?;
    let actions = swap_actions(&caller, (&asker, &other), &swap, deciders, now);
    Ok(Answer::ok(&SwapAnswer::new(&swap, now).allowing(actions))?.version(swap.version))
}
