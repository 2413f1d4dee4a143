//! Changes the caller's own password. All other sessions of the person end.

use app::auth::{
    passwords::{self, TypedPasswords},
    proof::Proof,
};
use axum::{extract::State, response::Response};
use password_hash::Argon2Hasher;
use serde::Deserialize;
use utoipa::ToSchema;
use web::{
    Body, Problem, RequestId, RestrictedCaller, Restriction, Secret,
    request_id::Seen,
    use_case::{execute_briefly, no_content},
};

use crate::{sign_in_client::Client, sign_in_log::SignInLog, state::Auth};

/// A change of the caller's password.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"current_password": "rollcall-demo-2026", "new_password": "seven boats in the harbour"}))]
pub(crate) struct ChangePassword {
    /// The current password.
    current_password: Secret,
    /// The new password: 10 to 128 characters, not the username and not a commonly breached one.
    new_password: Secret,
}

/// Change the caller's password
///
/// Ends all other sessions of the caller. A wrong current password counts towards the lock-out. A session that was restricted to
/// this call because the password was temporary (`password_change`) allows everything after a refresh.
#[utoipa::path(
    put,
    path = "/auth/password",
    operation_id = "changePassword",
    tag = "auth",
    request_body = ChangePassword,
    responses(
        (status = 204, description = "Changed"),
        (status = 403, description = "`wrong_password`; counts towards the lock-out. `temporary_password_expired`"),
        (status = 422, description = "The new password breaks a rule"),
        (status = 429, description = "`account_locked`"),
    )
)]
pub(crate) async fn change_password(
    State(auth): State<Auth>,
    caller: RestrictedCaller,
    request_id: RequestId,
    client: Client,
    seen: Seen,
    body: Body<ChangePassword>,
) -> Result<Response, Problem> {
    let caller = caller.allowing(&[Restriction::PasswordChange, Restriction::MfaEnrolment])?;
    let log = SignInLog { request_id: &request_id, client: &client, seen: &seen, proof: Proof::PasswordChange };
    let request = auth.app.request(&caller, &request_id, None);
    let ChangePassword { current_password, new_password } = &body.value;
    let typed = TypedPasswords { current: current_password.expose(), new: new_password.expose() };
    let change = || passwords::change(&request, &Argon2Hasher, &client.0, typed);
    log.record(execute_briefly(&request, no_content, change).await)
}
