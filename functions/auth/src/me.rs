//! The profile of the caller.

use axum::extract::State;
use web::{Answer, App, Caller, Problem, answers::UserAnswer, authorization::must_be_active};

/// Get the caller's profile
///
/// Returns the profile of the person to whom the access token was issued.
#[utoipa::path(
    get,
    path = "/auth/me",
    operation_id = "getCurrentUser",
    tag = "auth",
    responses((status = 200, description = "The signed-in person", body = UserAnswer))
)]
pub(crate) async fn me(State(app): State<App>, caller: Caller) -> Result<Answer, Problem> {
    let user = app.store.user(caller.user_id).await?.ok_or_else(Problem::unauthenticated)?;
    must_be_active(&user)?;
    Ok(Answer::ok(&UserAnswer::new(&user, &caller.zone))?.version(user.version))
}
