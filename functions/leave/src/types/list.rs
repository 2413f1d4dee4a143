//! `GET /leave/types`

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use domain::leave::LeaveType;
use web::{
    Answer, App, Caller, Problem, Query,
    cursor::{CursorSeal, ListName, Page},
    query::PageQuery,
};

/// List leave types
///
/// Lists all leave types by code: `annual`, `sick` and `unpaid`, which every company has, and those that were added. The `ETag`
/// is the version of the whole list.
#[utoipa::path(
    get,
    path = "/leave/types",
    operation_id = "listLeaveTypes",
    tag = "leave",
    params(PageQuery),
    responses((status = 200, description = "The types", body = Page<LeaveType>,
        headers(("ETag" = String, description = "The version"))))
)]
pub(crate) async fn list(
    State(app): State<App>,
    caller: Caller,
    Query(page): Query<PageQuery>,
) -> Result<Response, Problem> {
    let types = app.store.leave_types().await?;
    let seal = CursorSeal::of_caller(&app, &caller, ListName::LeaveTypes, &()).await?;
    let page = Page::of_whole(types.all(), page.limit, page.cursor.as_deref(), &seal)?;
    Ok(Answer::ok(&page)?.version(types.version).into_response())
}
