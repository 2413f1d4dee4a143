//! Signing in: the limits on attempts at passwords, codes and PINs.

pub mod attempts;

use crate::{Failed, Refusal};

/// The reason why a sign-in, or a change of one's own credentials, is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AuthRefusal {
    /// Too many attempts failed.
    Locked {
        /// The seconds after which the next attempt is accepted.
        seconds: u32,
    },
    /// Other attempts keep failing at the same time.
    ManyFailures,
}

impl From<AuthRefusal> for Refusal {
    fn from(refusal: AuthRefusal) -> Self {
        Self::Auth(refusal)
    }
}

impl From<AuthRefusal> for Failed {
    fn from(refusal: AuthRefusal) -> Self {
        Refusal::from(refusal).into()
    }
}
