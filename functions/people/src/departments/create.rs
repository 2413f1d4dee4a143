//! `POST /departments`

use axum::{extract::State, response::Response};
use domain::{
    department::Department,
    event::{CompanyFact, Fact, Subject},
    id::DepartmentId,
    text::NewName,
};
use serde::Deserialize;
use store::{Commit, RepeatKey, departments::DepartmentRecord};
use utoipa::ToSchema;
use web::{
    Answer, App, Body, Caller, Failed, Problem, Repeat, RequestId, authorization,
    command::{command, ensure_not_replayed},
};

use super::DepartmentAnswer;

/// A new department.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "Warehouse"}))]
pub(crate) struct NewDepartment {
    /// The name. Two departments may have the same name.
    #[schema(value_type = String, min_length = 1, max_length = 100)]
    name: NewName,
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
) -> Result<Response, Problem> {
    authorization::must_be_admin(&caller)?;
    let key = repeat.key(caller.user_id, &hash);
    let key = key.as_ref();
    command(&app.store, key, app.now(), || attempt(&app, &caller, key, &request_id, &value)).await
}

async fn attempt(
    app: &App,
    caller: &Caller,
    key: Option<&RepeatKey>,
    request_id: &RequestId,
    new: &NewDepartment,
) -> Result<Answer, Failed> {
    let now = app.now();
    let (profile, earlier) = app.store.caller_snapshot(caller.user_id, key, now).await?;
    authorization::current_profile(caller, profile.as_ref())?;
    ensure_not_replayed(earlier)?;
    let department =
        Department { id: DepartmentId::generate(now, &*app.entropy), name: new.name.clone().into(), version: 1 };
    let Department { id, name, version } = department.clone();
    let shown = DepartmentAnswer::from(DepartmentRecord { id, name, version, members: 0 });
    let answer = Answer::created(format!("/departments/{id}"), &shown)?.version(version);
    let subject = Subject::Department(id);
    let mut commit =
        Commit::new(app.stamp(caller, request_id, now), subject, vec![Fact::Company(CompanyFact::DepartmentCreated)])?;
    commit.audit(subject, "department_created", None, Some(&department))?;
    commit.create_department(&department)?;
    commit.save_answer(key, answer.saved())?;
    commit.send(&app.store).await?;
    Ok(answer)
}
