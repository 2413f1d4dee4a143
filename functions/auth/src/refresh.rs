//! Refreshing a session.
//!
//! A refresh token works once. For 30 seconds, and while its successor is unused, the previous token returns the same successor
//! again. So two tabs that refresh at once stay signed in, and a client whose answer was lost can repeat the call. An older token
//! may have been stolen, so its use ends the session.

use app::auth::themselves;
use axum::{extract::State, response::Response};
use domain::{
    FieldRule,
    event::{AccountFact, Fact, Subject},
    user::User,
};
use jiff::Timestamp;
use serde::Deserialize;
use store::Commit;
use utoipa::ToSchema;
use web::{
    Answer, Body, Code, Detail, Failed, Problem, RequestId, Secret, authorization::must_be_active,
    command::command_briefly, request_id::Seen,
};

use crate::{
    refresh_token::{RefreshToken, Standing},
    session_cookie::{CookieRequest, SessionCookie},
    sign_in_client::Client,
    state::{Auth, restriction_of, zone_of},
    tokens::{self, Issue, SessionMode, Tokens},
};

/// A refresh token to exchange.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"refresh_token": "the refresh_token of POST /auth/login"}))]
pub(crate) struct Refresh {
    /// The refresh token. Absent where the session keeps it in a cookie.
    #[serde(default)]
    #[schema(nullable = false)]
    refresh_token: Option<Secret>,
    /// `cookie` where the session keeps its refresh token in a cookie.
    #[serde(default)]
    session: SessionMode,
}

impl Refresh {
    /// Returns the refresh token of the request, from its body or its cookie.
    ///
    /// # Errors
    /// 422 if the body has no token and there is no cookie, or if both are present. 401 if the token has an unknown format.
    pub(crate) fn token(&self, cookie: Option<&SessionCookie>) -> Result<RefreshToken, Problem> {
        let token = match (&self.refresh_token, cookie) {
            (Some(token), None) => RefreshToken::parse(token.expose()),
            (None, Some(cookie)) => cookie.token(),
            (None, None) => return Err(Problem::invalid("refresh_token", FieldRule::Required)),
            (Some(_), Some(_)) => {
                return Err(Problem::invalid("refresh_token", FieldRule::TokenInCookie));
            }
        };
        token.ok_or_else(invalid)
    }

    /// Returns where the session keeps its refresh token.
    pub(crate) const fn mode(&self) -> SessionMode {
        self.session
    }
}

/// Refresh tokens
///
/// Exchanges a refresh token for a new access token and the next refresh token. Within 30 seconds, and until the next refresh
/// token is used, the call can be repeated and returns the same refresh token. Using a token later than that ends the session.
#[utoipa::path(
    post,
    path = "/auth/refresh",
    operation_id = "refreshTokens",
    tag = "auth",
    request_body = Refresh,
    security(()),
    responses(
        (status = 200, description = "Renewed", body = Tokens),
        (status = 401, description = "`invalid_refresh_token`, or `refresh_token_reused`: the session has ended"),
        (status = 403, description = "`account_pending`, `account_disabled`, `origin_not_allowed`"),
    )
)]
pub(crate) async fn refresh(
    State(auth): State<Auth>,
    request_id: RequestId,
    client: Client,
    seen: Seen,
    cookies: CookieRequest,
    body: Body<Refresh>,
) -> Result<Response, Problem> {
    let now = auth.app.now();
    let cookie = cookies.cookie(body.value.mode())?;
    let token = body.value.token(cookie.as_ref())?;
    let request = RefreshRequest { auth: &auth, request_id: &request_id, client: &client, seen: &seen };
    let attempt = || attempt(request, &token, cookie.as_ref(), now);
    command_briefly(&auth.app.store, None, now, attempt).await
}

/// The values that every attempt of a request needs.
#[derive(Debug, Clone, Copy)]
struct RefreshRequest<'a> {
    auth: &'a Auth,
    request_id: &'a RequestId,
    client: &'a Client,
    seen: &'a Seen,
}

async fn attempt(
    request: RefreshRequest<'_>,
    token: &RefreshToken,
    cookie: Option<&SessionCookie>,
    now: Timestamp,
) -> Result<Answer, Failed> {
    let RefreshRequest { auth, request_id, seen, .. } = request;
    let app = &auth.app;
    let account = app.store.account(token.user, Some(token.family), None).await?;
    let (Some(user), Some(credential), Some(session)) = (account.user, account.credential, account.sign_in) else {
        return Err(invalid().into());
    };
    // The company may have shortened its sessions in the meantime.
    let limits = account.settings.sessions;
    if session.expires_at.min(limits.end_of(session.signed_in_at, session.refreshed_at)) <= now.as_second() {
        return Err(invalid().into());
    }
    let has_ended = session.epoch != credential.session_epoch;
    let standing = token.standing(&session, auth.signing.keys().await?, now);
    if standing != Standing::Forged {
        seen.caller(user.id);
    }
    let current = match standing {
        Standing::Forged => return Err(invalid().into()),
        Standing::Reused if has_ended => return Err(invalid().into()),
        Standing::Reused => return revoke(request, token, &user, now).await,
        Standing::Repeated => None,
        Standing::Current => Some(tokens::renew(&session, limits, now)),
    };
    // Checked before the epoch: disabling an account also ends its sessions, and the client should learn the reason.
    must_be_active(&user)?;
    if has_ended {
        return Err(invalid().into());
    }

    let issue = Issue {
        user: &user,
        session: current.as_ref().unwrap_or(&session),
        zone: zone_of(&user, &account.sites, &account.settings),
        restriction: restriction_of(&user, &credential, account.second_factor.as_ref(), &account.settings),
        cookie,
        known_device: None,
    };
    let answer = tokens::answer(auth, issue, now).await?;
    if let Some(next) = current {
        let mut commit = Commit::without_event(app.stamp_by(themselves(&user), request_id, now));
        commit.renew_sign_in(&session, &next)?;
        commit.send(&app.store).await?;
    }
    Ok(answer)
}

/// Ends the session of a refresh token that is reused.
async fn revoke(
    request: RefreshRequest<'_>,
    token: &RefreshToken,
    user: &User,
    now: Timestamp,
) -> Result<Answer, Failed> {
    let RefreshRequest { auth, request_id, client, .. } = request;
    let stamp = auth.app.stamp_by(themselves(user), request_id, now);
    let subject = Subject::User(user.id);
    let mut commit = Commit::new(stamp, subject, vec![Fact::Account(AccountFact::RefreshTokenReused)])?;
    commit.end_sign_in(token.user, token.family)?;
    commit.audit(subject, "refresh_token_reused", None, Some(&client.0))?;
    commit.send(&auth.app.store).await?;
    Err(Problem::new(Code::RefreshTokenReused).detail(Detail::SessionRevoked).into())
}

fn invalid() -> Problem {
    Problem::new(Code::InvalidRefreshToken)
}
