//! Signing in and one's own account: sessions, passwords, registration, links in e-mails, and the limits on failed attempts.

pub mod account_links;
pub mod attempts;
pub mod own_attempt;
pub mod passwords;
pub mod proof;
pub mod registration;
pub mod second_factor;
pub mod secrets;
pub mod sessions;
pub mod sign_in;
pub mod sign_in_name;

use domain::{audit::Actor, user::User};

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
    /// The current password is wrong.
    WrongPassword,
    /// The code of the second factor is wrong, or was accepted before.
    WrongCode,
    /// The username, the address or the password is wrong.
    WrongCredentials,
    /// The person has a second factor, and the request has no code.
    CodeRequired,
    /// The person has a second factor already.
    SecondFactorEnabled,
    /// The enrolment of a second factor hasn't begun.
    EnrolmentNotBegun,
    /// The person has no second factor.
    NoSecondFactor,
    /// The refresh token isn't valid.
    RefreshTokenInvalid,
    /// The refresh token was used before, so its session has ended.
    RefreshTokenReused,
    /// The temporary password has expired.
    TemporaryPasswordExpired,
    /// The link has expired, was used, or was sent to another address.
    LinkInvalid,
    /// The maximum number of registrations wait. A decision or an expiry makes room.
    RegistrationsFull,
    /// The network has reached its registrations of the day (UTC).
    TooManyRegistrations {
        /// The seconds until the next day.
        seconds: u32,
    },
}

/// Returns the person as the actor of a sign-in or of another proof of identity.
pub const fn themselves(user: &User) -> Actor {
    Actor::User { id: user.id }
}
