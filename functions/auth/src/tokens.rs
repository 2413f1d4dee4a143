//! The tokens that signing in and refreshing answer with, in the body or, for browsers, partly in a cookie.

use domain::{calendar::Zone, id::FamilyId, settings::SessionLimits, user::User};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use store::sign_ins::{SignIn, SignInClient};
use utoipa::ToSchema;
use web::{Answer, Problem, answers::UserAnswer, token};

use crate::{access_token, refresh_token, session_cookie::SessionCookie, state::Auth};

/// An access token, and the refresh token that renews it.
#[derive(Serialize, ToSchema)]
pub(crate) struct Tokens {
    /// The access token, for `Authorization: Bearer …`.
    access_token: String,
    /// The refresh token, for one call of `POST /auth/refresh`; absent when the session keeps it in a cookie.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    refresh_token: Option<String>,
    /// The type of the access token: always `Bearer`.
    #[schema(example = "Bearer")]
    token_type: &'static str,
    /// The lifetime of the access token, in seconds.
    #[schema(example = 900)]
    expires_in: i64,
    /// The person who signed in.
    user: UserAnswer,
}

/// Where a client keeps the refresh token of its session.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum SessionMode {
    /// The client keeps the token that the answer's body holds.
    #[default]
    Token,
    /// The browser keeps it in a cookie that no script reads. The request must come from a page of the API's own origin.
    Cookie,
}

/// A session that begins now.
pub(crate) fn begin(
    auth: &Auth,
    user: &User,
    epoch: u64,
    client: SignInClient,
    limits: SessionLimits,
    now: Timestamp,
) -> SignIn {
    let family = FamilyId::generate(now, &*auth.app.entropy);
    let expires_at = limits.end_of(now, now);
    SignIn { client, user_epoch: user.session_epoch, ..SignIn::new(user.id, family, epoch, now, expires_at) }
}

/// The session in its next generation.
pub(crate) fn renew(before: &SignIn, limits: SessionLimits, now: Timestamp) -> SignIn {
    SignIn {
        generation: before.generation + 1,
        refreshed_at: now,
        expires_at: limits.end_of(before.signed_in_at, now),
        ..before.clone()
    }
}

/// The answer: a new access token, and the refresh token of the session's generation.
pub(crate) async fn answer(
    auth: &Auth,
    user: &User,
    session: &SignIn,
    cookie: Option<&SessionCookie>,
    zone: &Zone,
    now: Timestamp,
) -> Result<Answer, Problem> {
    let refresh_token = refresh_token::current(session, auth.signing.keys().await?)
        .ok_or_else(|| Problem::internal("no signing key signed when the session was refreshed"))?;
    let set_cookie = cookie.map(|cookie| cookie.holding(&refresh_token, session.expires_at - now.as_second()));
    let answer = Answer::ok(&Tokens {
        // A refresh proves only that the client kept its token, so the sign-in stays what the access token dates from.
        access_token: access_token::issue(auth, user, session.family, zone, session.signed_in_at, now).await?,
        refresh_token: cookie.is_none().then_some(refresh_token),
        token_type: "Bearer",
        expires_in: token::LIFETIME_SECONDS,
        user: UserAnswer::new(user, zone),
    })?;
    Ok(match set_cookie {
        Some(cookie) => answer.cookie(cookie),
        None => answer,
    })
}
