//! Signing in. A name that nobody has costs what a known one costs: the same reads, the same hashing, the same count.

use axum::{extract::State, response::Response};
use domain::{audit::Actor, id::UserId};
use jiff::Timestamp;
use serde::Deserialize;
use store::Commit;
use utoipa::ToSchema;
use web::{
    Answer, Body, Code, Detail, Failed, Problem, RequestId, Secret,
    attempts::{Counted, count_failure, refuse_if_locked},
    authorization::must_be_active,
    command::command_briefly,
    password_hash,
    request_id::Seen,
};

use crate::{
    session_cookie::{CookieRequest, SessionCookie},
    sign_in_client::Client,
    sign_in_log::{Proof, SignInLog},
    sign_in_name::SignInName,
    state::{Auth, themselves, zone_of},
    tokens::{self, SessionMode, Tokens},
};

/// Credentials.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"username": "ada", "password": "rollcall-demo-2026"}))]
pub(crate) struct Login {
    /// The username or e-mail address.
    #[schema(example = "maria")]
    username: String,
    /// The password.
    password: Secret,
    /// Where the refresh token is kept: `token`, in the answer's body (the default), or `cookie`, for pages of the API's own
    /// origin.
    #[serde(default)]
    session: SessionMode,
}

/// Sign in
///
/// Takes a username or an e-mail address, and the password. Five failures within 15 minutes lock the account for 15
/// minutes.
#[utoipa::path(
    post,
    path = "/auth/login",
    operation_id = "login",
    tag = "auth",
    request_body = Login,
    security(()),
    responses(
        (status = 200, description = "Signed in", body = Tokens),
        (status = 401, description = "`invalid_credentials`"),
        (status = 403, description = "`account_pending`, `account_disabled`: after a right password only; `origin_not_allowed`"),
        (status = 429, description = "`account_locked`: five failures within 15 minutes"),
    )
)]
pub(crate) async fn login(
    State(auth): State<Auth>,
    request_id: RequestId,
    client: Client,
    seen: Seen,
    cookies: CookieRequest,
    body: Body<Login>,
) -> Result<Response, Problem> {
    let now = auth.app.now();
    let cookie = cookies.cookie(body.value.session)?;
    let log = SignInLog { auth: &auth, request_id: &request_id, client: &client, seen: &seen, proof: Proof::SignIn };
    let attempt = || attempt(&log, cookie.as_ref(), &body.value, now);
    log.record(command_briefly(&auth.app.store, None, now, attempt).await)
}

async fn attempt(
    log: &SignInLog<'_>,
    cookie: Option<&SessionCookie>,
    login: &Login,
    now: Timestamp,
) -> Result<Answer, Failed> {
    let SignInLog { auth, request_id, client, seen, .. } = *log;
    let app = &auth.app;
    let holder = SignInName::parse(&login.username).holder(&app.store).await?;
    let counted = holder.map_or_else(|| Counted::of_name(&login.username), Counted::of_person);
    if let Some(holder) = holder {
        seen.caller(holder);
    }
    // Someone who isn't there is read like someone who is.
    let id = holder.unwrap_or_else(|| UserId::generate(now, &*app.entropy));
    let account = app.store.account(id, None, Some(counted.hash())).await?;
    refuse_if_locked(&account.attempts, now)?;

    let hash = account.credential.as_ref().map(|credential| credential.password_hash.as_str());
    let right = password_hash::verify(hash, login.password.expose()).await?;
    let (Some(user), Some(credential), true) = (account.user, account.credential, right) else {
        let failed = holder.map(|holder| log.failed(holder));
        count_failure(app, request_id, Actor::System, &counted, account.attempts, failed.as_ref(), now).await?;
        return Err(Problem::new(Code::InvalidCredentials).detail(Detail::UsernameOrPassword).into());
    };
    must_be_active(&user)?;

    let sign_in =
        tokens::begin(auth, &user, credential.session_epoch, client.0.clone(), account.settings.sessions, now);
    let zone = zone_of(&user, &account.sites, &account.settings);
    let answer = tokens::answer(auth, &user, &sign_in, cookie, zone, now).await?;
    let mut commit = Commit::silent(app.stamp_by(themselves(&user), request_id, now));
    commit.create_sign_in(&sign_in)?;
    commit.audit_attempt(&log.succeeded(user.id))?;
    commit.check_credential(user.id, &credential)?;
    commit.forget_failures(counted.hash(), &account.attempts)?;
    commit.send(&app.store).await?;
    Ok(answer)
}
