//! Changes the caller's own password. All other sessions of the person end.

use app::auth::attempts::failures_of_today;
use axum::{extract::State, response::Response};
use domain::{
    FieldRule,
    event::{AccountFact, Fact, Subject},
    password::NewPassword,
};
use jiff::Timestamp;
use serde::Deserialize;
use store::Commit;
use utoipa::ToSchema;
use web::{
    Answer, Body, Caller, Code, Failed, Problem, RequestId, RestrictedCaller, Restriction, Secret,
    command::command_briefly, password_hash, request_id::Seen,
};

use crate::{
    own_attempt::OwnAttempt,
    sign_in_client::Client,
    sign_in_log::{Proof, SignInLog},
    state::{Auth, must_not_have_expired},
};

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
    let now = auth.app.now();
    let log =
        SignInLog { auth: &auth, request_id: &request_id, client: &client, seen: &seen, proof: Proof::PasswordChange };
    let attempt = || attempt(&log, &caller, &body.value, now);
    log.record(command_briefly(&auth.app.store, None, now, attempt).await)
}

async fn attempt(
    log: &SignInLog<'_>,
    caller: &Caller,
    change: &ChangePassword,
    now: Timestamp,
) -> Result<Answer, Failed> {
    let SignInLog { auth, request_id, .. } = *log;
    let app = &auth.app;
    let attempt = OwnAttempt::begin(app, request_id, caller, now).await?;
    let Some(credential) = &attempt.account.credential else { return Err(Problem::unauthenticated().into()) };
    let new = NewPassword::parse(change.new_password.expose(), &attempt.user.username)
        .map_err(|invalid| Problem::invalid("new_password", invalid))?;
    if !password_hash::verify(Some(&credential.password_hash), change.current_password.expose()).await? {
        return Err(attempt.failed(Code::WrongPassword, Some(&log.failed(caller.user_id))).await.into());
    }
    must_not_have_expired(credential, now)?;
    if password_hash::verify(Some(&credential.password_hash), new.expose()).await? {
        return Err(Problem::invalid("new_password", FieldRule::AnotherPassword).into());
    }

    let OwnAttempt { counted, user, account, .. } = &attempt;
    let hash = password_hash::hash(&*app.entropy, &new).await?;
    let subject = Subject::User(user.id);
    let mut commit =
        Commit::new(app.stamp(caller, request_id, now), subject, vec![Fact::Account(AccountFact::PasswordChanged)])?;
    commit.change_password(user.id, credential, hash, now)?;
    commit.forget_failures_of_day(&failures_of_today(user.id, now))?;
    // The caller's own session continues, unless it had already ended.
    if let Some(own) = account.sign_in.as_ref().filter(|own| own.epoch == credential.session_epoch) {
        commit.keep_sign_in(own, user)?;
    }
    commit.forget_failures(counted.keys(), &account.attempts)?;
    commit.audit_attempt(&log.succeeded(user.id))?;
    commit.send(&app.store).await?;
    Ok(Answer::no_content())
}
