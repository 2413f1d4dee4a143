//! `GET /leave/requests/{id}`

use axum::extract::{Path, State};
use domain::{id::LeaveRequestId, leave::request::LeaveRequest};
use web::{Answer, App, Caller, Problem, answers::LeaveRequestAnswer, authorization, parameter};

use super::stored;

/// One leave request
///
/// One's own, or of someone whom one is in charge of.
#[utoipa::path(
    get,
    path = "/leave/requests/{id}",
    operation_id = "getLeaveRequest",
    tag = "leave",
    params(("id" = String, Path, description = "The id of the request")),
    responses((status = 200, description = "The request", body = LeaveRequestAnswer, headers(("ETag" = String, description = "The version"))))
)]
pub(crate) async fn read(State(app): State<App>, caller: Caller, Path(id): Path<String>) -> Result<Answer, Problem> {
    let request = visible(&app, &caller, parameter::id(&id)?).await?;
    Ok(Answer::ok(&LeaveRequestAnswer::new(&request))?.version(request.version))
}

/// A request that the caller may see. One's own needs no further read for that.
pub(super) async fn visible(app: &App, caller: &Caller, id: LeaveRequestId) -> Result<LeaveRequest, Problem> {
    if !authorization::is_self(caller, id.owner()) {
        let person = app.store.user(id.owner()).await?.ok_or_else(Problem::not_found)?;
        authorization::may_see(caller, &person)?;
    }
    stored(app, id).await
}
