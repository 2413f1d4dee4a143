//! Sessions that allow one thing only, because the account lacks something: a password of the person's own, or a second factor.
//!
//! The access token says so, so that no request has to look it up. A refresh after the missing thing was done answers a token
//! without the restriction.

use axum::extract::{FromRef, FromRequestParts};
use http::request::Parts;
use serde::{Deserialize, Serialize};

use crate::{App, Caller, Code, Detail, Problem, caller::signed_in};

/// What a session is restricted to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Restriction {
    /// The password is temporary: only a new one may be set.
    PasswordChange,
    /// The role needs a second factor: only one may be enrolled, or the password changed.
    MfaEnrolment,
}

impl From<Restriction> for Problem {
    fn from(restriction: Restriction) -> Self {
        match restriction {
            Restriction::PasswordChange => Self::new(Code::PasswordChangeRequired).detail(Detail::SetNewPassword),
            Restriction::MfaEnrolment => Self::new(Code::MfaEnrolmentRequired).detail(Detail::EnrolSecondFactor),
        }
    }
}

/// The caller of an operation that a restricted session may use. All others take [`Caller`], which a restricted session is
/// refused as.
#[derive(Debug, Clone)]
pub struct RestrictedCaller {
    pub(crate) caller: Caller,
    pub(crate) restriction: Option<Restriction>,
}

impl RestrictedCaller {
    /// The caller, where the session isn't restricted, or only by one of these.
    ///
    /// # Errors
    /// `password_change_required` or `mfa_enrolment_required` where the session is restricted by another.
    pub fn allowing(self, allowed: &[Restriction]) -> Result<Caller, Problem> {
        match self.restriction {
            Some(restriction) if !allowed.contains(&restriction) => Err(restriction.into()),
            Some(_) | None => Ok(self.caller),
        }
    }

    /// What the session is restricted to.
    pub const fn restriction(&self) -> Option<Restriction> {
        self.restriction
    }
}

impl<S> FromRequestParts<S> for RestrictedCaller
where
    App: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        signed_in(parts, &App::from_ref(state)).await
    }
}
