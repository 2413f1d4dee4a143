//! `GET /departments/{id}`

use axum::extract::{Path, State};
use web::{Answer, App, Caller, Problem, parameter};

use super::DepartmentAnswer;

/// Get a department
///
/// Returns one department with its version.
#[utoipa::path(
    get, path = "/departments/{id}", operation_id = "getDepartment", tag = "departments",
    params(("id" = String, Path, description = "The id of the department")),
    responses((status = 200, description = "The department", body = DepartmentAnswer,
        headers(("ETag" = String, description = "The version")))),
)]
pub(crate) async fn read(State(app): State<App>, _: Caller, Path(id): Path<String>) -> Result<Answer, Problem> {
    let department = app.store.department(parameter::id(&id)?).await?.ok_or_else(Problem::not_found)?;
    let version = department.version;
    Ok(Answer::ok(&DepartmentAnswer::from(department))?.version(version))
}
