//! Restricted sessions, which allow one action only because the account lacks something: a password that the person chose, or a
//! second factor.
//!
//! The access token contains the restriction, so that no request has to look it up. After the person has done what was missing,
//! a refresh returns a token without the restriction.

pub use ::app::auth::sign_in::Restriction;
use axum::extract::{FromRef, FromRequestParts};
use http::request::Parts;

use crate::{App, Caller, Problem, caller::signed_in};

/// The caller of an operation that restricted sessions may use. All other operations use [`Caller`], which refuses a restricted
/// session.
#[derive(Debug, Clone)]
pub struct RestrictedCaller {
    pub(crate) caller: Caller,
    pub(crate) restriction: Option<Restriction>,
}

impl RestrictedCaller {
    /// Returns the caller if the session isn't restricted, or has one of the given restrictions.
    ///
    /// # Errors
    /// `password_change_required` or `mfa_enrolment_required` if the session has another restriction.
    pub fn allowing(self, allowed: &[Restriction]) -> Result<Caller, Problem> {
        match self.restriction {
            Some(restriction) if !allowed.contains(&restriction) => Err(restriction.into()),
            Some(_) | None => Ok(self.caller),
        }
    }

    /// Returns the restriction of the session.
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
