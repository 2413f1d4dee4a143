//! The caller of a request.

use axum::extract::{FromRef, FromRequestParts};
use domain::{
    audit::Actor,
    calendar::Zone,
    id::{DepartmentId, FamilyId, ServiceTokenId, UserId},
    user::Authority,
};
use http::{header, request::Parts};
use jiff::Timestamp;
use store::session_check::{Rights, SessionCheck, expect_session};

use crate::{App, Problem, RestrictedCaller, service_token, token::Claims};

/// The kind of caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CallerKind {
    /// A person who has signed in.
    Person,
    /// A system of the company with a service token.
    ServiceToken(ServiceTokenId),
}

/// The caller: a signed-in person according to the access token, or a system of the company. The first call to the table checks
/// that the token's data and the session are still valid ([`store::session_check`]). So a handler can rely on them after its
/// first read. A system acts as a manager of its people; its token was read before the handler started.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// The kind of caller.
    pub kind: CallerKind,
    /// The person. For a service token, the token's own id, which no person has.
    pub user_id: UserId,
    /// The authority of the caller.
    pub authority: Authority,
    /// The department of the caller.
    pub department_id: Option<DepartmentId>,
    /// The zone of the caller's days. It only serves to guess the days that a punch needs.
    pub zone: Zone,
    /// The session of the caller.
    pub family: FamilyId,
    /// The time at which the person last proved their identity: by a sign-in or a confirmation of the password. A refresh
    /// doesn't count.
    pub authenticated_at: Timestamp,
}

impl Caller {
    /// Returns the actor of the caller's changes.
    pub const fn actor(&self) -> Actor {
        match self.kind {
            CallerKind::Person => Actor::User { id: self.user_id },
            CallerKind::ServiceToken(id) => Actor::ServiceToken { id },
        }
    }
}

impl From<Claims> for Caller {
    fn from(claims: Claims) -> Self {
        Self {
            kind: CallerKind::Person,
            user_id: claims.sub,
            authority: Authority::new(claims.role, claims.manages, claims.manages_all),
            department_id: claims.department_id,
            zone: claims.zone,
            family: claims.sid,
            // An instant out of range can't be from this system. The earliest instant allows no sensitive change.
            authenticated_at: Timestamp::from_second(claims.auth_time).unwrap_or(Timestamp::UNIX_EPOCH),
        }
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
