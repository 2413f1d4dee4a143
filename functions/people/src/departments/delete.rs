//! `DELETE /departments/{id}`

use axum::{
    extract::{Path, State},
    response::Response,
};
use domain::{
    event::{CompanyFact, Fact, Subject},
    id::DepartmentId,
};
use store::Commit;
use web::{Answer, App, Caller, Code, Failed, IfMatch, Problem, RequestId, authorization, command, parameter};

use super::plain;

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
) -> Result<Response, Problem> {
    authorization::must_be_admin(&caller)?;
    let id = parameter::id(&id)?;
    command(&app.store, None, app.now(), || attempt(&app, &caller, id, &if_match, &request_id)).await
}

async fn attempt(
    app: &App,
    caller: &Caller,
    id: DepartmentId,
    if_match: &IfMatch,
    request_id: &RequestId,
) -> Result<Answer, Failed> {
    let (profile, department) = app.store.department_snapshot(caller.user_id, id).await?;
    authorization::current_profile(caller, profile.as_ref())?;
    let department = department.ok_or_else(Problem::not_found)?;
    if_match.check(department.version)?;
    if department.members > 0 {
        return Err(Problem::new(Code::DepartmentInUse).into());
    }
    let subject = Subject::Department(id);
    let stamp = app.stamp(caller, request_id, app.now());
    let mut commit = Commit::new(stamp, subject, vec![Fact::Company(CompanyFact::DepartmentDeleted)])?;
    commit.audit(subject, "department_deleted", Some(&plain(&department)), None)?;
    commit.delete_department(&department)?;
    commit.send(&app.store).await?;
    Ok(Answer::no_content())
}
