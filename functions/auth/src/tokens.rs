//! The tokens that signing in and refreshing return: in the body or, for browsers, partly in a cookie.

use app::auth::sign_in::OpenSession;
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;
use web::{Answer, Problem, Restriction, answers::UserAnswer, token};

use crate::{access_token, refresh_token, session_cookie::SessionCookie, signing_keys::SigningKeys, state::Auth};

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
    /// The only action that the session allows, where the account lacks something: `password_change` or `mfa_enrolment`. Absent
    /// where the session allows everything.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    restriction: Option<Restriction>,
    /// Identifies this device as known at later sign-ins (`known_device`), so that wrong passwords that are tried elsewhere don't
    /// lock it out. Present only in the answer of a sign-in, and absent when the session keeps it in a cookie.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    known_device: Option<String>,
    /// The person who signed in.
    user: UserAnswer,
}

/// Builds the answer: a new access token, the refresh token of the session's generation, and the text of the known device.
pub(crate) fn answer(
    auth: &Auth,
    keys: &SigningKeys,
    open: &OpenSession,
    cookie: Option<&SessionCookie>,
    now: Timestamp,
) -> Result<Answer, Problem> {
    let OpenSession { user, session, zone, restriction, known_device } = open;
    let refresh_token = refresh_token::current(session, keys)
        .ok_or_else(|| Problem::internal("no signing key signed when the session was refreshed"))?;
    let set_cookie = cookie.map(|cookie| cookie.holding(&refresh_token, session.expires_at - now.as_second()));
    let answer = Answer::ok(&Tokens {
        // A refresh only proves that the client kept its token. So the access token still carries the time of the sign-in.
        access_token: access_token::issue(auth, keys, open, session.signed_in_at, now)?,
        refresh_token: cookie.is_none().then_some(refresh_token),
        token_type: "Bearer",
        expires_in: token::LIFETIME_SECONDS,
        restriction: *restriction,
        known_device: known_device.clone().filter(|_| cookie.is_none()),
        user: UserAnswer::new(user, zone),
    })?;
    let device_cookie = cookie.zip(known_device.as_ref()).map(|(cookie, device)| cookie.holding_device(device));
    Ok(set_cookie.into_iter().chain(device_cookie).fold(answer, Answer::cookie))
}
