//! `GET /leave/types`

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use domain::leave::LeaveType;
use web::{Answer, App, Caller, Problem, cursor::Page};

/// Types of leave
///
/// All of them, by code: `annual`, `sick` and `unpaid`, which every company has, and those that were added. The `ETag` is
/// the version of them all.
#[utoipa::path(
    get,
    path = "/leave/types",
    tag = "leave",
    responses((status = 200, description = "The types", body = Page<LeaveType>,
        headers(("ETag" = String, description = "Their version"))))
)]
pub(crate) async fn list(State(app): State<App>, _: Caller) -> Result<Response, Problem> {
    let types = app.store.leave_types().await?;
    Ok(Answer::ok(&Page { items: types.all(), next_cursor: None })?.version(types.version).into_response())
}
