//! Confirms the password in a session, which allows sensitive changes for ten minutes.

use app::{
    Request,
    auth::{
        proof::Proof,
        sign_in::{self, OpenSession},
    },
};
use axum::{extract::State, response::Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{
    Answer, Body, Problem, RequestId, RestrictedCaller, Restriction, Secret, request_id::Seen, token,
    use_case::execute_briefly,
};

use crate::{
    access_token,
    session_cookie::{CookieRequest, SessionMode},
    sign_in_client::Client,
    sign_in_log::SignInLog,
    state::Auth,
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
    // No cookie is read or set here. The check applies because only pages of the API's own origin use a session in a cookie.
    cookies.cookie(body.value.session)?;
    let log = SignInLog { request_id: &request_id, client: &client, seen: &seen, proof: Proof::Confirmation };
    let request = auth.app.request(&caller, &request_id, None);
    log.record(confirmed(&auth, &request, &client, &body.value).await)
}

async fn confirmed(
    auth: &Auth,
    request: &Request<'_>,
    client: &Client,
    confirmation: &PasswordConfirmation,
) -> Result<Response, Problem> {
    let keys = auth.signing.keys().await?;
    let now = request.ports.now;
    let answer = |open: &OpenSession, _: u64| -> Result<Answer, Problem> {
        Answer::ok(&Confirmed {
            access_token: access_token::issue(auth, keys, open, now, now)?,
            token_type: "Bearer",
            expires_in: token::LIFETIME_SECONDS,
        })
    };
    let typed = (confirmation.password.expose(), confirmation.code.as_ref().map(Secret::expose));
    execute_briefly(request, answer, || sign_in::confirm(request, auth, &client.0, typed)).await
}
