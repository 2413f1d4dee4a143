//! `GET /users/{id}`

use axum::extract::{Path, State};
use web::{Answer, App, Caller, Problem, allowed::user_actions, answers::UserAnswer, authorization, parameter};

/// Get a user
///
/// Returns the caller's own profile, or that of a person whom the caller manages.
#[utoipa::path(
    get, path = "/users/{id}", operation_id = "getUser", tag = "users",
    params(("id" = String, Path, description = "The id of the person; `me` is the caller")),
    responses((status = 200, description = "The person", body = UserAnswer,
        headers(("ETag" = String, description = "The version")))),
)]
pub(crate) async fn read(State(app): State<App>, caller: Caller, Path(id): Path<String>) -> Result<Answer, Problem> {
    let (user, settings, sites, deciders) = app.store.user_and_company(parameter::user(&id, &caller)?).await?;
    let user = user.ok_or_else(Problem::not_found)?;
    authorization::may_see(&caller, &user)?;
    let zone = user.zone_at(&sites, &settings.time_zone);
    let actions = user_actions(&caller, &user, deciders);
    Ok(Answer::ok(&UserAnswer::new(&user, zone).allowing(actions))?.version(user.version))
}
