//! Second factors: codes of an authenticator app (TOTP, RFC 6238), and recovery codes in case the app is lost.
//!
//! [`codes`] generates and checks codes. [`enrolment`] has the operations of `/auth/mfa`. Sign-ins and confirmations call
//! [`prove`].

mod codes;
pub(crate) mod enrolment;

use domain::user::User;
use jiff::Timestamp;
use store::second_factors::SecondFactor;
use web::{Code, Detail, Problem};

use crate::state::Auth;

/// The result of checking the code of a sign-in.
#[derive(Debug)]
pub(crate) enum Proven {
    /// The code is right. The caller stores this second factor, so that no code is accepted twice. None if the person has no
    /// second factor.
    Right(Option<SecondFactor>),
    /// The code is wrong, or was accepted before.
    Wrong,
}

/// Checks the code of a sign-in or a confirmation after the password was right.
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
