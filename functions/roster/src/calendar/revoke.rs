//! `DELETE /roster/me/calendar`

use app::roster::calendar_feed;
use axum::extract::State;
use web::{
    Answer, App, Caller, Problem, RequestId,
    use_case::{execute_if_changed, no_content},
};

/// Revoke the calendar feed of the caller
///
/// The feed's URL answers 404 from now on. The call succeeds even if there is no feed.
#[utoipa::path(
    delete,
    path = "/roster/me/calendar",
    operation_id = "revokeCalendarFeed",
    tag = "roster",
    responses((status = 204, description = "There is no feed"))
)]
pub(crate) async fn revoke(State(app): State<App>, caller: Caller, request_id: RequestId) -> Result<Answer, Problem> {
    let request = app.request(&caller, &request_id, None);
    execute_if_changed(&request, no_content, || calendar_feed::revoke(&request)).await
}
