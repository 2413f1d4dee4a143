//! `DELETE /users/{id}`: disables an account; its history is kept.

use axum::{
    extract::{Path, State},
    response::Response,
};
use domain::user::{User, UserStatus};
use web::{Answer, App, Caller, Failed, IfMatch, Problem, RequestId, command, parameter};

use super::{
    edit::{Named, ProfileUpdate, attempt},
    update_context::UpdateContext,
};

/// Disable a user
///
/// The person can't sign in any more and isn't expected after today. Their history is kept. For managers, and never on their
/// own account. If the account is already disabled, nothing changes.
#[utoipa::path(
    delete, path = "/users/{id}", operation_id = "disableUser", tag = "users",
    params(
        ("id" = String, Path, description = "The id of the person"),
        ("If-Match" = Option<String>, Header, description = "The `ETag` of the version that the change is based on"),
    ),
    responses(
        (status = 204, description = "Disabled"),
        (status = 403, description = "`forbidden`; `own_record`"),
        (status = 409, description = "`last_admin`"),
    ),
)]
pub(crate) async fn disable(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    if_match: IfMatch,
    request_id: RequestId,
) -> Result<Response, Problem> {
    let person = parameter::user(&id, &caller)?;
    let context = UpdateContext {
        app: &app,
        caller: &caller,
        request_id: &request_id,
        person,
        if_match: &if_match,
        of_language_alone: false,
        key: None,
    };
    command(&app.store, None, app.now(), || disabled(context)).await
}

async fn disabled(context: UpdateContext<'_>) -> Result<Answer, Failed> {
    attempt(context, &Named::default(), |before: &User| ProfileUpdate::with_status(before, UserStatus::Disabled))
        .await?;
    Ok(Answer::no_content())
}
