//! Signing in (`app::auth::sign_in`).

use app::auth::{
    proof::Proof,
    sign_in::{Credentials, OpenSession, TokenRequest, sign_in},
};
use axum::{extract::State, response::Response};
use domain::id::UserId;
use serde::Deserialize;
use utoipa::ToSchema;
use web::{Answer, Body, Problem, RequestId, Secret, request_id::Seen, use_case::execute_unsigned};

use crate::{
    session_cookie::{CookieRequest, SessionCookie, SessionMode},
    sign_in_client::{Client, Network},
    sign_in_log::SignInLog,
    state::Auth,
    tokens::{self, Tokens},
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
    /// The code of the authenticator app, or a recovery code, where the person has a second factor.
    #[serde(default)]
    #[schema(nullable = false)]
    code: Option<Secret>,
    /// The `known_device` from the answer of an earlier sign-in on this device. With it, wrong passwords that are tried elsewhere
    /// don't lock this device out. With `session: cookie` a cookie takes its place.
    #[serde(default)]
    #[schema(nullable = false)]
    known_device: Option<Secret>,
    /// The place where the refresh token is kept: `token`, in the answer's body (the default), or `cookie`, for pages of the
    /// API's own origin.
    #[serde(default)]
    session: SessionMode,
}

/// Sign in
///
/// Takes a username or an e-mail address, and the password. A person with a second factor also sends a code. Five failures within
/// 15 minutes lock the name for 15 minutes: on the device if it is known, otherwise in the network. After 100 failures at a name
/// in a day, unknown devices must wait for an hour before each attempt.
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
        (status = 403, description = "`account_pending`, `account_disabled`, `temporary_password_expired`, `mfa_required`, `wrong_code`: after a right password only; `origin_not_allowed`"),
        (status = 429, description = "`account_locked`: too many failures; `Retry-After` says when to come back"),
    )
)]
pub(crate) async fn login(
    State(auth): State<Auth>,
    request_id: RequestId,
    client: Client,
    network: Network,
    seen: Seen,
    cookies: CookieRequest,
    body: Body<Login>,
) -> Result<Response, Problem> {
    let Login { username, password, code, known_device, session } = &body.value;
    let cookie = cookies.cookie(*session)?;
    let cookie = cookie.as_ref();
    let log = SignInLog { request_id: &request_id, client: &client, seen: &seen, proof: Proof::SignIn };
    let (network, identified) = (network.to_string(), |user: UserId| seen.caller(user));
    let request = TokenRequest {
        ports: auth.app.ports(auth.app.now()),
        request_id: request_id.as_str(),
        client: &client.0,
        identified: &identified,
    };
    let typed = Credentials {
        name: username,
        password: password.expose(),
        code: code.as_ref().map(Secret::expose),
        known_device: match cookie {
            Some(cookie) => cookie.known_device(),
            None => known_device.as_ref().map(Secret::expose),
        },
        network: &network,
    };
    log.record(signed_in(&auth, request, typed, cookie).await)
}

async fn signed_in(
    auth: &Auth,
    request: TokenRequest<'_>,
    typed: Credentials<'_>,
    cookie: Option<&SessionCookie>,
) -> Result<Response, Problem> {
    let keys = auth.signing.keys().await?;
    let tokens = |open: &OpenSession, _: u64| -> Result<Answer, Problem> {
        tokens::answer(auth, keys, open, cookie, request.ports.now)
    };
    execute_unsigned(&request.ports, tokens, || sign_in(request, auth, typed)).await
}
