//! `GET /leave/requests/{id}`

use axum::extract::{Path, State};
use domain::id::LeaveRequestId;
use web::{
    Answer, App, Caller, Problem,
    allowed::{Owner, deciders_for, leave_request_actions},
    answers::LeaveRequestAnswer,
    parameter,
    person::visible_other,
};

/// Get a leave request
///
/// Returns one of the caller's own requests, or one of a person whom the caller manages.
#[utoipa::path(
    get,
    path = "/leave/requests/{id}",
    operation_id = "getLeaveRequest",
    tag = "leave",
    params(("id" = String, Path, description = "The id of the request")),
    responses((status = 200, description = "The request", body = LeaveRequestAnswer, headers(("ETag" = String, description = "The version"))))
)]
pub(crate) async fn read(State(app): State<App>, caller: Caller, Path(id): Path<String>) -> Result<Answer, Problem> {
    let id: LeaveRequestId = parameter::id(&id)?;
    let (other, deciders) = tokio::try_join!(visible_other(&app, &caller, id.owner()), deciders_for(&app, &caller))?;
    let request = app.store.leave_request(id).await?.ok_or_else(Problem::not_found)?;
    let actions = leave_request_actions(&caller, Owner::read(other.as_ref()), &request, deciders, app.now());
    Ok(Answer::ok(&LeaveRequestAnswer::new(&request).allowing(actions))?.version(request.version))
}
