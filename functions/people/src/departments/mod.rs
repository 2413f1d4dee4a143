//! `/departments`: everyone may read them, and admins may change them (`app::company::departments`).

pub(crate) mod chat;

use app::company::departments;
use axum::extract::{Path, State};
use domain::{
    id::DepartmentId,
    patch_field::given,
    text::{Name, NewName},
};
use serde::{Deserialize, Serialize};
use store::departments::DepartmentRecord;
use utoipa::ToSchema;
use web::{
    Answer, App, Body, Caller, IfMatch, Problem, Query, Repeat, RequestId,
    cursor::{ListName, Page, paginate},
    parameter,
    query::ListQuery,
    use_case::{execute, execute_if_changed, no_content},
};

/// A department.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Department)]
pub(crate) struct DepartmentAnswer {
    /// The id of the department.
    id: DepartmentId,
    /// The name of the department.
    #[schema(value_type = String)]
    name: Name,
    /// The number of members, including former ones. A department can only be deleted if it has no members.
    members: u64,
    /// The version of the department; grows with each change.
    version: u64,
}

impl From<DepartmentRecord> for DepartmentAnswer {
    fn from(record: DepartmentRecord) -> Self {
        let DepartmentRecord { id, name, version, members } = record;
        Self { id, name, members, version }
    }
}

/// A new department.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "Warehouse"}))]
pub(crate) struct NewDepartment {
    /// The name. Two departments may have the same name.
    #[schema(value_type = String, min_length = 1, max_length = 100)]
    name: NewName,
}

/// The changes of a department.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "Front office"}))]
pub(crate) struct ChangeDepartment {
    /// The name of the department.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = String, required = false, min_length = 1, max_length = 100)]
    name: Option<NewName>,
}

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
    changed(&department, department.version)
}

/// Create a department
///
/// For admins only.
#[utoipa::path(
    post, path = "/departments", operation_id = "createDepartment", tag = "departments",
    params(("Idempotency-Key" = Option<String>, Header, description = "Names the request, so that a repeat gets its answer")),
    request_body = NewDepartment,
    responses((status = 201, description = "The department", body = DepartmentAnswer,
        headers(("ETag" = String, description = "The version"), ("Location" = String, description = "The URL of the new item")))),
)]
pub(crate) async fn create(
    State(app): State<App>,
    caller: Caller,
    repeat: Repeat,
    request_id: RequestId,
    Body { value, hash }: Body<NewDepartment>,
) -> Result<Answer, Problem> {
    let key = repeat.key(caller.user_id, &hash);
    let request = app.request(&caller, &request_id, key.as_ref());
    let name = Name::from(value.name);
    let created = |department: &DepartmentRecord, version: u64| -> Result<Answer, Problem> {
        let shown = DepartmentAnswer::from(department.clone());
        Ok(Answer::created(format!("/departments/{}", department.id), &shown)?.version(version))
    };
    execute(&request, created, || departments::create(&request, &name)).await
}

/// Update a department
///
/// For admins only. Fields that the body leaves out stay as they are.
#[utoipa::path(
    patch, path = "/departments/{id}", operation_id = "updateDepartment", tag = "departments",
    params(
        ("id" = String, Path, description = "The id of the department"),
        ("If-Match" = Option<String>, Header, description = "The `ETag` of the version that the change is based on"),
    ),
    request_body = ChangeDepartment,
    responses((status = 200, description = "The department", body = DepartmentAnswer,
        headers(("ETag" = String, description = "The version")))),
)]
pub(crate) async fn change(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    if_match: IfMatch,
    request_id: RequestId,
    Body { value, .. }: Body<ChangeDepartment>,
) -> Result<Answer, Problem> {
    let id = parameter::id_for_admin(&id, &caller)?;
    let (request, versions) = (app.request(&caller, &request_id, None), if_match.versions());
    let name = value.name.map(Name::from);
    execute_if_changed(&request, changed, || departments::rename(&request, id, &versions, name.as_ref())).await
}

/// Delete a department
///
/// For admins only. A department that people belong to can't be deleted.
#[utoipa::path(
    delete, path = "/departments/{id}", operation_id = "deleteDepartment", tag = "departments",
    params(
        ("id" = String, Path, description = "The id of the department"),
        ("If-Match" = Option<String>, Header, description = "The `ETag` of the version that the change is based on"),
    ),
    responses(
        (status = 204, description = "Deleted"),
        (status = 409, description = "`department_in_use`: people belong to it"),
    ),
)]
pub(crate) async fn delete(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    if_match: IfMatch,
    request_id: RequestId,
) -> Result<Answer, Problem> {
    let id = parameter::id_for_admin(&id, &caller)?;
    let (request, versions) = (app.request(&caller, &request_id, None), if_match.versions());
    execute(&request, no_content, || departments::delete(&request, id, &versions)).await
}

/// Returns a 200 response with a department and its version.
fn changed(department: &DepartmentRecord, version: u64) -> Result<Answer, Problem> {
    Ok(Answer::ok(&DepartmentAnswer::from(department.clone()))?.version(version))
}
