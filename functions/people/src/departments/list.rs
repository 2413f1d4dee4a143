//! `GET /departments`

use axum::extract::State;
use domain::id::DepartmentId;
use web::{
    Answer, App, Caller, Problem, Query,
    cursor::{ListName, Page, paginate},
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
    let read = async |after: Option<DepartmentId>| -> Result<(Vec<DepartmentAnswer>, Option<DepartmentId>), Problem> {
        let page = app.store.departments(after, limit.get()).await?;
        let next = page.items.last().filter(|_| page.more).map(|department| department.id);
        Ok((page.items.into_iter().map(DepartmentAnswer::from).collect(), next))
    };
    Answer::ok(&paginate(&app, &caller, ListName::Departments, &(), cursor.as_deref(), read).await?)
}
