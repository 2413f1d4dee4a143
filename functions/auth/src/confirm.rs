//! Confirms the password in a session, which allows sensitive changes for ten minutes.

use app::{
    Request,
    auth::{AuthRefusal, own_attempt::OwnAttempt, proof::Proof},
};
use axum::{extract::State, response::Response};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use store::Commit;
use utoipa::ToSchema;
use web::{
    Answer, Body, Caller, Failed, Problem, RequestId, RestrictedCaller, Restriction, Secret, command::command_briefly,
    password_hash, request_id::Seen, token,
};

use crate::{
    access_token,
    mfa::{self, Proven},
    session_cookie::CookieRequest,
    sign_in_client::Client,
    sign_in_log::SignInLog,
    state::{Auth, restriction_of, zone_of},
    tokens::SessionMode,
};

/// The caller's password, sent again for a confirmation.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"password": "rollcall-demo-2026"}))]
pub(crate) struct PasswordConfirmation {
    /// The password.
    password: Secret,
    /// The code of the authenticator app, or a recovery code, where the caller has a second factor.
    #[serde(default)]
    #[schema(nullable = false)]
    code: Option<Secret>,
    /// `cookie` where the session keeps its refresh token in a cookie.
    #[serde(default)]
    session: SessionMode,
}

/// An access token that allows sensitive changes.
#[derive(Serialize, ToSchema)]
pub(crate) struct Confirmed {
    /// The access token, for `Authorization: Bearer …`.
    access_token: String,
    /// The type of the access token: always `Bearer`.
    #[schema(example = "Bearer")]
    token_type: &'static str,
    /// The lifetime of the access token, in seconds.
    #[schema(example = 900)]
    expires_in: i64,
}

/// Confirm the caller's password
///
/// Returns an access token of the same session that allows sensitive changes for 10 minutes, like the token of a new sign-in.
/// Call it when a change answers 403 `confirmation_required`, and repeat the change with the new token. The refresh token stays
/// the same.
#[utoipa::path(
    post,
    path = "/auth/confirm",
    operation_id = "confirmPassword",
    tag = "auth",
    request_body = PasswordConfirmation,
    responses(
        (status = 200, description = "Confirmed", body = Confirmed),
        (status = 403, description = "`wrong_password`, `wrong_code`; count towards the lock-out. `mfa_required`, `origin_not_allowed`"),
        (status = 429, description = "`account_locked`"),
    )
)]
pub(crate) async fn confirm(
    State(auth): State<Auth>,
    caller: RestrictedCaller,
    request_id: RequestId,
    client: Client,
    seen: Seen,
    cookies: CookieRequest,
    body: Body<PasswordConfirmation>,
) -> Result<Response, Problem> {
    let caller = caller.allowing(&[Restriction::MfaEnrolment])?;
    let now = auth.app.now();
    // No cookie is read or set here. The check applies because only pages of the API's own origin use a session in a cookie.
    cookies.cookie(body.value.session)?;
    let log =
        SignInLog { auth: &auth, request_id: &request_id, client: &client, seen: &seen, proof: Proof::Confirmation };
    let attempt = || attempt(&log, &caller, &body.value, now);
    log.record(command_briefly(&auth.app.store, None, now, attempt).await)
}

async fn attempt(
    log: &SignInLog<'_>,
    caller: &Caller,
    confirmation: &PasswordConfirmation,
    now: Timestamp,
) -> Result<Answer, Failed> {
    let SignInLog { auth, request_id, client, proof, .. } = *log;
    let app = &auth.app;
    let request = Request { ports: app.ports(now), caller, request_id: request_id.as_str(), repeat: None };
    let attempt = OwnAttempt::begin(request).await?;
    let (Some(credential), Some(session)) = (&attempt.account.credential, &attempt.account.sign_in) else {
        return Err(Problem::unauthenticated().into());
    };
    if !password_hash::verify(Some(&credential.password_hash), confirmation.password.expose()).await? {
        let audited = proof.failed(caller.user_id, &client.0);
        return Err(attempt.failed(AuthRefusal::WrongPassword, Some(&audited)).await.into());
    }
    let second_factor = attempt.account.second_factor.as_ref();
    let code = confirmation.code.as_ref().map(Secret::expose);
    let after = match mfa::prove(auth, &attempt.user, second_factor, code, now).await? {
        Proven::Right(after) => after,
        Proven::Wrong => {
            let audited = proof.failed_by_code(caller.user_id, &client.0);
            return Err(attempt.failed(AuthRefusal::WrongCode, Some(&audited)).await.into());
        }
    };
    let OwnAttempt { counted, user, account, .. } = &attempt;

    let restriction = restriction_of(user, credential, second_factor, &account.settings);
    let zone = zone_of(user, &account.sites, &account.settings);
    let answer = Answer::ok(&Confirmed {
        access_token: access_token::issue(auth, user, session.family, zone, now, restriction, now).await?,
        token_type: "Bearer",
        expires_in: token::LIFETIME_SECONDS,
    })?;
    let mut commit = Commit::without_event(request.stamp());
    commit.audit_attempt(&proof.succeeded(user.id, &client.0))?;
    commit.check_credential(user.id, credential)?;
    commit.forget_failures(counted.keys(), &account.attempts)?;
    if let Some(after) = &after {
        commit.change_second_factor(user.id, after)?;
    }
    commit.send(&app.store).await?;
    Ok(answer)
}
