//! Second factors: codes of an authenticator app (TOTP, RFC 6238), and recovery codes for the day on which the app is lost.
//!
//! [`codes`] makes and checks codes, [`enrolment`] has the operations of `/auth/mfa`. Sign-ins and confirmations ask [`prove`].

mod codes;
pub(crate) mod enrolment;

use domain::user::User;
use jiff::Timestamp;
use store::second_factors::SecondFactor;
use web::{Code, Detail, Problem};

use crate::state::Auth;

/// What a sign-in's code proves.
#[derive(Debug)]
pub(crate) enum Proven {
    /// The second factor: it is written as it is now, so that no code is taken twice. None where the person has no second factor.
    Right(Option<SecondFactor>),
    /// Nothing: the code is wrong, or was taken before.
    Wrong,
}

/// Checks the code of a sign-in or a confirmation, whose password was right.
///
/// # Errors
/// `mfa_required` where the person has a second factor and the request has no code.
pub(crate) async fn prove(
    auth: &Auth,
    user: &User,
    factor: Option<&SecondFactor>,
    code: Option<&str>,
    now: Timestamp,
) -> Result<Proven, Problem> {
    let Some(factor) = factor.filter(|factor| factor.is_enabled()) else { return Ok(Proven::Right(None)) };
    let Some(code) = code else { return Err(Problem::new(Code::MfaRequired).detail(Detail::SendCode)) };
    let after = codes::used(auth, user.id, factor, code, now).await?;
    Ok(after.map_or(Proven::Wrong, |after| Proven::Right(Some(after))))
}
