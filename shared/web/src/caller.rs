//! Who calls.

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

/// What calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CallerKind {
    /// A person who has signed in.
    Person,
    /// A system of the company, by its service token.
    ServiceToken(ServiceTokenId),
}

/// The signed-in person, as their access token has them. The first call to the table checks that it is still so, and that the
/// session goes on ([`store::session_check`]): a handler may trust it as soon as it has read anything. Or a system of the company,
/// which acts as a manager of its people: its token was read before the handler began.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// What calls.
    pub kind: CallerKind,
    /// The person. For a service token the token's own id, which no person has.
    pub user_id: UserId,
    /// What they may do.
    pub authority: Authority,
    /// Where they belong.
    pub department_id: Option<DepartmentId>,
    /// The zone of their days: a guess of which days a punch needs, never more.
    pub zone: Zone,
    /// The sign-in they came by.
    pub family: FamilyId,
    /// When they last proved who they are: by signing in, or by confirming their password. A refresh doesn't count.
    pub authenticated_at: Timestamp,
}

impl Caller {
    /// The actor of what the caller changes.
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
            // An instant that there isn't is none of ours: long ago, so that it allows nothing.
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

/// The caller whose access token the request has, and what their session is restricted to.
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

/// The token of `Authorization: Bearer …`; the scheme's case doesn't matter (RFC 9110, 11.1).
pub(crate) fn bearer(parts: &Parts) -> Option<&str> {
    let (scheme, token) = parts.headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}
