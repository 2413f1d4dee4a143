//! The caller of a request.

use std::ops::Deref;

pub use ::app::caller::CallerKind;
use axum::extract::{FromRef, FromRequestParts};
use domain::user::Authority;
use http::{header, request::Parts};
use jiff::Timestamp;
use store::session_check::{Rights, SessionCheck, expect_session};

use crate::{App, Problem, RestrictedCaller, service_token, token::Claims};

/// The caller according to the access token. The first call to the table checks that the token's data and the session are still
/// valid ([`store::session_check`]). So a handler can rely on them after its first read. A service token was read before the
/// handler started.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller(pub ::app::Caller);

impl Deref for Caller {
    type Target = ::app::Caller;

    fn deref(&self) -> &::app::Caller {
        &self.0
    }
}

impl From<Claims> for Caller {
    fn from(claims: Claims) -> Self {
        Self(::app::Caller {
            kind: CallerKind::Person,
            user_id: claims.sub,
            authority: Authority::new(claims.role, claims.manages, claims.manages_all),
            department_id: claims.department_id,
            zone: claims.zone,
            family: claims.sid,
            // An instant out of range can't be from this system. The earliest instant allows no sensitive change.
            authenticated_at: Timestamp::from_second(claims.auth_time).unwrap_or(Timestamp::UNIX_EPOCH),
        })
    }
}

impl<S> FromRequestParts<S> for Caller
where
    App: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        signed_in(parts, &App::from_ref(state)).await?.allowing(&[])
    }
}

/// Returns the caller of the request's access token, and the restriction of the session.
pub(crate) async fn signed_in(parts: &mut Parts, app: &App) -> Result<RestrictedCaller, Problem> {
    if let Some(caller) = parts.extensions.get::<RestrictedCaller>() {
        return Ok(caller.clone());
    }
    let token = bearer(parts).ok_or_else(Problem::unauthenticated)?;
    let now = app.now();
    let (caller, restriction) = if service_token::is_service_token(token) {
        (service_token::caller(app, token, parts, now).await?, None)
    } else {
        let claims = app.tokens.verify(token, now).await?;
        let restriction = claims.restriction;
        let caller = Caller::from(claims);
        expect_session(SessionCheck {
            user_id: caller.user_id,
            family_id: caller.family,
            rights: Some(Rights { authority: caller.authority.clone(), department_id: caller.department_id }),
            now,
        });
        (caller, restriction)
    };
    if let Some(log) = parts.extensions.get::<crate::request_id::Seen>() {
        log.caller(caller.user_id);
    }
    let caller = RestrictedCaller { caller, restriction };
    parts.extensions.insert(caller.clone());
    Ok(caller)
}

/// Returns the token of `Authorization: Bearer …`. The scheme is case-insensitive (RFC 9110, 11.1).
pub(crate) fn bearer(parts: &Parts) -> Option<&str> {
    let (scheme, token) = parts.headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}
