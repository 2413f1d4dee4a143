//! `PATCH /departments/{id}`

use axum::{
    extract::{Path, State},
    response::Response,
};
use domain::{
    event::{CompanyFact, Fact, Subject},
    id::DepartmentId,
    text::{Name, NewName},
};
use serde::Deserialize;
use store::Commit;
use utoipa::ToSchema;
use web::{Answer, App, Body, Caller, Failed, IfMatch, Problem, RequestId, authorization, command, parameter};

use super::{DepartmentAnswer, plain};
use crate::given::given;

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
) -> Result<Response, Problem> {
    authorization::must_be_admin(&caller)?;
    let id = parameter::id(&id)?;
    command(&app.store, None, app.now(), || attempt(&app, &caller, id, &if_match, &request_id, &value)).await
}

async fn attempt(
    app: &App,
    caller: &Caller,
    id: DepartmentId,
    if_match: &IfMatch,
    request_id: &RequestId,
    change: &ChangeDepartment,
) -> Result<Answer, Failed> {
    let (profile, department) = app.store.department_snapshot(caller.user_id, id).await?;
    authorization::current_profile(caller, profile.as_ref())?;
    let before = department.ok_or_else(Problem::not_found)?;
    if_match.check(before.version)?;
    let mut after = before.clone();
    if let Some(name) = change.name.clone().map(Name::from).filter(|name| *name != before.name) {
        after.name = name;
        after.version += 1;
        let subject = Subject::Department(id);
        let stamp = app.stamp(caller, request_id, app.now());
        let mut commit = Commit::new(stamp, subject, vec![Fact::Company(CompanyFact::DepartmentChanged)])?;
        commit.audit(subject, "department_changed", Some(&plain(&before)), Some(&plain(&after)))?;
        commit.change_department(&before, &after.name)?;
        commit.send(&app.store).await?;
    }
    let version = after.version;
    Ok(Answer::ok(&DepartmentAnswer::from(after))?.version(version))
}
