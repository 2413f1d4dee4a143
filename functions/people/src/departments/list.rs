//! `GET /departments`

use axum::extract::State;
use domain::id::DepartmentId;
use web::{
    Answer, App, Caller, Problem, Query,
    cursor::{CursorSeal, Page},
    query::ListQuery,
};

use super::DepartmentAnswer;

/// List departments
///
/// Lists the departments in the order in which they were created.
#[utoipa::path(
    get, path = "/departments", operation_id = "listDepartments", tag = "departments", params(ListQuery),
    responses((status = 200, description = "A page of departments", body = Page<DepartmentAnswer>)),
)]
pub(crate) async fn list(
    State(app): State<App>,
    caller: Caller,
    Query(ListQuery { limit, cursor }): Query<ListQuery>,
) -> Result<Answer, Problem> {
    let seal = CursorSeal::new(&app.tokens.cursor_key().await?, &["departments", &caller.user_id.to_string()]);
    let after: Option<DepartmentId> = cursor.map(|cursor| seal.open(&cursor)).transpose()?;
    let page = app.store.departments(after, limit.get()).await?;
    let last = page.items.last().filter(|_| page.more).map(|department| department.id);
    let next_cursor = last.map(|id| seal.seal(&id)).transpose()?;
    Answer::ok(&Page { items: page.items.into_iter().map(DepartmentAnswer::from).collect(), next_cursor })
}
