//! The tokens that signing in and refreshing return: in the body or, for browsers, partly in a cookie.

use domain::{calendar::Zone, id::FamilyId, settings::SessionLimits, user::User};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use store::sign_ins::{SignIn, SignInClient};
use utoipa::ToSchema;
use web::{Answer, Problem, Restriction, answers::UserAnswer, token};

use crate::{access_token, known_device::KnownDevice, refresh_token, session_cookie::SessionCookie, state::Auth};

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

/// The account and the session that tokens are issued for.
#[derive(Debug)]
pub(crate) struct Issue<'a> {
    pub(crate) user: &'a User,
    pub(crate) session: &'a SignIn,
    pub(crate) zone: &'a Zone,
    pub(crate) restriction: Option<Restriction>,
    /// The cookie for the refresh token and the known device.
    pub(crate) cookie: Option<&'a SessionCookie>,
    /// The new text of the known device; only at a sign-in.
    pub(crate) known_device: Option<KnownDevice>,
}

/// The place where a client keeps the refresh token of its session.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum SessionMode {
    /// The client keeps the token that the answer's body holds.
    #[default]
    Token,
    /// The browser keeps the token in a cookie that scripts can't read. The request must come from a page of the API's own
    /// origin.
    Cookie,
}

/// Starts a session.
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

/// Returns the session in its next generation.
pub(crate) fn renew(before: &SignIn, limits: SessionLimits, now: Timestamp) -> SignIn {
    SignIn {
        generation: before.generation + 1,
        refreshed_at: now,
        expires_at: limits.end_of(before.signed_in_at, now),
        ..before.clone()
    }
}

/// Builds the answer: a new access token, and the refresh token of the session's generation.
pub(crate) async fn answer(auth: &Auth, issue: Issue<'_>, now: Timestamp) -> Result<Answer, Problem> {
    let Issue { user, session, zone, restriction, cookie, known_device } = issue;
    let known_device = match known_device {
        Some(device) => Some(device.reveal(&auth.company_keys, now).await?),
        None => None,
    };
    let refresh_token = refresh_token::current(session, auth.signing.keys().await?)
        .ok_or_else(|| Problem::internal("no signing key signed when the session was refreshed"))?;
    let set_cookie = cookie.map(|cookie| cookie.holding(&refresh_token, session.expires_at - now.as_second()));
    let answer = Answer::ok(&Tokens {
        // A refresh only proves that the client kept its token. So the access token still carries the time of the sign-in.
        access_token: access_token::issue(auth, user, session.family, zone, session.signed_in_at, restriction, now)
            .await?,
        refresh_token: cookie.is_none().then_some(refresh_token),
        token_type: "Bearer",
        expires_in: token::LIFETIME_SECONDS,
        restriction,
        known_device: known_device.clone().filter(|_| cookie.is_none()),
        user: UserAnswer::new(user, zone),
    })?;
    let device_cookie = cookie.zip(known_device).map(|(cookie, device)| cookie.holding_device(&device));
    Ok(set_cookie.into_iter().chain(device_cookie).fold(answer, Answer::cookie))
}
