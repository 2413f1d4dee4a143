//! Lists the caller's sessions, and ends one or all of them (`app::auth::sessions`).

use app::auth::{sessions, sign_in::Standing};
use axum::extract::{Path, State};
use domain::{calendar::Zone, id::FamilyId};
use serde::{Deserialize, Serialize};
use store::sign_ins::SignIn;
use utoipa::ToSchema;
use web::{Answer, App, Body, Caller, Code, Problem, RequestId, instant::Instant, parameter, request_id::Seen};

use crate::{
    refresh::Refresh,
    refresh_token::RefreshToken,
    session_cookie::{CookieRequest, SessionMode},
    state::Auth,
};

/// A session: one sign-in on one device.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LoginSession {
    /// The id of the session.
    id: FamilyId,
    /// Whether this request was made in the session.
    is_current: bool,
    /// The browser or app, as its `User-Agent` header names it. Null for sessions that began before this was recorded.
    #[schema(example = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X)")]
    device: Option<String>,
    /// The IP address of the sign-in.
    #[schema(example = "203.0.113.24")]
    ip_address: Option<String>,
    /// The instant of the sign-in.
    signed_in_at: Instant,
    /// The instant at which the session's tokens were last refreshed.
    last_used_at: Instant,
    /// The instant at which the session ends unless it is refreshed before: by default 30 days after its last refresh, and 90
    /// days after the sign-in at the latest (the setting `sessions`).
    expires_at: Instant,
}

/// The caller's sessions.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LoginSessions {
    /// The sessions, newest first.
    items: Vec<LoginSession>,
}

impl LoginSession {
    fn new(session: SignIn, expires_at: i64, current: FamilyId, zone: &Zone) -> Self {
        let expires_at = jiff::Timestamp::from_second(expires_at).unwrap_or(session.refreshed_at);
        Self {
            id: session.family,
            is_current: session.family == current,
            device: session.client.device,
            ip_address: session.client.ip_address,
            signed_in_at: Instant::new(session.signed_in_at, zone),
            last_used_at: Instant::new(session.refreshed_at, zone),
            expires_at: Instant::new(expires_at, zone),
        }
    }
}

/// List the caller's sessions
///
/// Returns the caller's active sessions, at most the 100 that began last.
#[utoipa::path(
    get,
    path = "/auth/sessions",
    operation_id = "listSessions",
    tag = "auth",
    responses((status = 200, description = "The sessions", body = LoginSessions))
)]
pub(crate) async fn list(State(app): State<App>, caller: Caller) -> Result<Answer, Problem> {
    let credential = app.store.credential(caller.user_id);
    let sign_ins = app.store.sign_ins(caller.user_id);
    let (credential, sign_ins, settings) = tokio::try_join!(credential, sign_ins, app.store.settings())?;
    let credential = credential.ok_or_else(Problem::unauthenticated)?;
    let (limits, now) = (settings.settings.sessions, app.now().as_second());
    let open = sign_ins.into_iter().filter_map(|session| {
        let expires_at = sessions::end_of(&session, limits);
        let is_open = session.epoch == credential.session_epoch && now < expires_at;
        is_open.then(|| LoginSession::new(session, expires_at, caller.family, &caller.zone))
    });
    Answer::ok(&LoginSessions { items: open.collect() })
}

/// End one of the caller's sessions
///
/// The session's tokens stop working at once, and its live connections close.
#[utoipa::path(
    delete,
    path = "/auth/sessions/{id}",
    operation_id = "endSession",
    tag = "auth",
    params(("id" = String, Path, description = "The session's id")),
    responses(
        (status = 204, description = "Ended"),
        (status = 404, description = "`not_found`: the caller has no such session"),
    )
)]
pub(crate) async fn end(
    State(app): State<App>,
    caller: Caller,
    request_id: RequestId,
    Path(id): Path<String>,
) -> Result<Answer, Problem> {
    let id = parameter::id(&id)?;
    sessions::end(&app.request(&caller, &request_id, None), id).await?;
    Ok(Answer::no_content())
}

/// Where the session that signs out everywhere keeps its refresh token.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"session": "token"}))]
pub(crate) struct SignOutEverywhere {
    /// `cookie` where the session keeps its refresh token in a cookie, which is then removed.
    #[serde(default)]
    session: SessionMode,
}

/// Sign out everywhere
///
/// Ends all sessions of the caller, including the current one. Their access tokens stop working at once.
#[utoipa::path(
    post,
    path = "/auth/logout-all",
    operation_id = "logoutEverywhere",
    tag = "auth",
    request_body = SignOutEverywhere,
    responses(
        (status = 204, description = "Signed out everywhere"),
        (status = 403, description = "`origin_not_allowed`"),
    )
)]
pub(crate) async fn logout_all(
    State(app): State<App>,
    caller: Caller,
    request_id: RequestId,
    cookies: CookieRequest,
    body: Body<SignOutEverywhere>,
) -> Result<Answer, Problem> {
    let cookie = cookies.cookie(body.value.session)?;
    sessions::end_all(&app.request(&caller, &request_id, None)).await?;
    let signed_out = Answer::no_content();
    Ok(match &cookie {
        Some(cookie) => signed_out.cookie(cookie.removed()),
        None => signed_out,
    })
}

/// Sign out
///
/// Ends the session that the refresh token belongs to. Any of the session's refresh tokens is accepted. For a token that is no
/// longer valid, there is nothing left to end.
#[utoipa::path(
    post,
    path = "/auth/logout",
    operation_id = "logout",
    tag = "auth",
    request_body = Refresh,
    security(()),
    responses(
        (status = 204, description = "Signed out"),
        (status = 403, description = "`origin_not_allowed`"),
    )
)]
pub(crate) async fn logout(
    State(auth): State<Auth>,
    request_id: RequestId,
    seen: Seen,
    cookies: CookieRequest,
    body: Body<Refresh>,
) -> Result<Answer, Problem> {
    let cookie = cookies.cookie(body.value.mode())?;
    let signed_out = Answer::no_content();
    let signed_out = match &cookie {
        Some(cookie) => signed_out.cookie(cookie.removed()),
        None => signed_out,
    };
    match body.value.token(cookie.as_ref()) {
        Ok(token) => sign_out(&auth, &request_id, &seen, &token).await.map(|()| signed_out),
        Err(problem) if problem.code() == Code::InvalidRefreshToken => Ok(signed_out),
        Err(problem) => Err(problem),
    }
}

/// Ends the token's session if the token is proven to belong to it.
async fn sign_out(auth: &Auth, request_id: &RequestId, seen: &Seen, token: &RefreshToken) -> Result<(), Problem> {
    let now = auth.app.now();
    let keys = auth.signing.keys().await?;
    // A derived token is proven without a read; a token of release 0.1.0 needs its session.
    if !token.proves_itself(keys) {
        let session = auth.app.store.account(token.user, Some(token.family), None).await?.sign_in;
        if session.is_none_or(|session| token.standing(&session, keys, now) == Standing::Forged) {
            return Ok(());
        }
    }
    seen.caller(token.user);
    let ports = auth.app.ports(now);
    Ok(sessions::sign_out(&ports, request_id.as_str(), token.user, token.family).await?)
}
