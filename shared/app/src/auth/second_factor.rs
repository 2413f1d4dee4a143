//! The caller's second factor, and its codes at sign-ins.

use domain::{
    event::{AccountFact, Fact, Subject},
    text::Name,
    user::User,
    username::Username,
};
use jiff::Timestamp;
use store::{Commit, second_factors::SecondFactor, sign_ins::Account};

use super::{
    AuthRefusal,
    own_attempt::OwnAttempt,
    secrets::{AuthSecrets, RecoveryCodes},
};
use crate::{
    Denied, Failed, Prepared, Refusal, Request,
    authorization::{must_be_active, must_have_recent_sign_in},
};

/// An enrolment that has begun.
#[derive(Debug)]
pub struct Enrolment {
    /// The secret in Base32. It is shown once.
    pub secret: String,
    /// The name of the company.
    pub company: Name,
    /// The username of the caller.
    pub username: Username,
}

/// The result of checking the code of a sign-in.
#[derive(Debug)]
pub enum Proven {
    /// The code is right. The caller stores this second factor, so that no code is accepted twice. None if the person has no
    /// second factor.
    Right(Option<SecondFactor>),
    /// The code is wrong, or was accepted before.
    Wrong,
}

/// Reads the caller's account.
///
/// # Errors
/// The account isn't active.
pub async fn own_account(request: &Request<'_>) -> Result<(User, Account), Failed> {
    let Request { ports, caller, .. } = *request;
    let mut account = ports.store.account(caller.user_id, Some(caller.family), None).await?;
    let user = account.user.take().ok_or(Denied::Unauthenticated)?;
    must_be_active(&user)?;
    Ok((user, account))
}

/// Checks the code of a sign-in or a confirmation after the password was right.
///
/// # Errors
/// The person has a second factor and the request has no code.
pub async fn prove(
    secrets: &impl AuthSecrets,
    user: &User,
    factor: Option<&SecondFactor>,
    code: Option<&str>,
    now: Timestamp,
) -> Result<Proven, Refusal> {
    let Some(factor) = factor.filter(|factor| factor.is_enabled()) else { return Ok(Proven::Right(None)) };
    let code = code.ok_or(AuthRefusal::CodeRequired)?;
    let after = secrets.used_code(user.id, factor, code, now).await?;
    Ok(after.map_or(Proven::Wrong, |after| Proven::Right(Some(after))))
}

/// Starts enrolling a second factor. Starting again replaces a secret that wasn't confirmed.
///
/// # Errors
/// The caller has no recent sign-in, or has a second factor.
pub async fn begin(request: &Request<'_>, secrets: &impl AuthSecrets) -> Result<Prepared<Enrolment>, Failed> {
    let Request { ports, caller, .. } = *request;
    must_have_recent_sign_in(caller, ports.now)?;
    let (user, account) = own_account(request).await?;
    let before = account.second_factor.as_ref();
    if before.is_some_and(SecondFactor::is_enabled) {
        return Err(AuthRefusal::SecondFactorEnabled.into());
    }
    let secret = secrets.new_app_secret(user.id, ports.now).await?;
    let mut commit = Commit::without_event(request.stamp());
    commit.change_second_factor(user.id, &SecondFactor::begun(secret.sealed, before))?;
    let company = account.settings.company_name;
    let enrolment = Enrolment { secret: secret.base32, company, username: user.username };
    Ok(Prepared { commit, answer: enrolment, version: user.version })
}

/// Finishes enrolling a second factor with a code of the app. Returns the recovery codes.
///
/// # Errors
/// The code is wrong, the enrolment hasn't begun, or too many attempts failed.
pub async fn enable(
    request: &Request<'_>,
    secrets: &impl AuthSecrets,
    code: &str,
) -> Result<Prepared<RecoveryCodes>, Failed> {
    let now = request.ports.now;
    let attempt = OwnAttempt::begin(*request).await?;
    let begun = attempt.account.second_factor.as_ref().ok_or(AuthRefusal::EnrolmentNotBegun)?;
    if begun.is_enabled() {
        return Err(AuthRefusal::SecondFactorEnabled.into());
    }
    let Some(proven) = secrets.used_code(attempt.user.id, begun, code, now).await? else {
        return Err(attempt.failed(AuthRefusal::WrongCode, None).await);
    };
    let OwnAttempt { counted, user, account, .. } = &attempt;
    let new = secrets.new_recovery_codes(user.id, now).await?;
    let factor = SecondFactor { enabled_at: Some(now), recovery_hashes: new.hashes.clone(), ..proven };
    let mut commit = changed(request, AccountFact::SecondFactorEnabled, "mfa_enabled")?;
    commit.change_second_factor(user.id, &factor)?;
    commit.forget_failures(counted.keys(), &account.attempts)?;
    Ok(Prepared { commit, answer: new, version: user.version })
}

/// Removes the caller's second factor.
///
/// # Errors
/// The caller has no recent sign-in, or no second factor.
pub async fn disable(request: &Request<'_>) -> Result<Prepared<()>, Failed> {
    let (user, factor) = enabled(request).await?;
    let mut commit = changed(request, AccountFact::SecondFactorDisabled, "mfa_disabled")?;
    commit.remove_second_factor(user.id, &factor)?;
    Ok(Prepared { commit, answer: (), version: user.version })
}

/// Replaces the caller's recovery codes. Returns the new codes.
///
/// # Errors
/// The caller has no recent sign-in, or no second factor.
pub async fn replace_recovery_codes(
    request: &Request<'_>,
    secrets: &impl AuthSecrets,
) -> Result<Prepared<RecoveryCodes>, Failed> {
    let (user, factor) = enabled(request).await?;
    let new = secrets.new_recovery_codes(user.id, request.ports.now).await?;
    let mut commit = changed(request, AccountFact::RecoveryCodesReplaced, "recovery_codes_replaced")?;
    commit.change_second_factor(user.id, &SecondFactor { recovery_hashes: new.hashes.clone(), ..factor })?;
    Ok(Prepared { commit, answer: new, version: user.version })
}

/// Returns the caller and their enabled second factor, after a recent sign-in.
async fn enabled(request: &Request<'_>) -> Result<(User, SecondFactor), Failed> {
    must_have_recent_sign_in(request.caller, request.ports.now)?;
    let (user, account) = own_account(request).await?;
    let factor = account.second_factor.filter(SecondFactor::is_enabled).ok_or(AuthRefusal::NoSecondFactor)?;
    Ok((user, factor))
}

/// Returns a change of the caller's second factor, with its event and audit entry.
fn changed(request: &Request<'_>, fact: AccountFact, action: &str) -> Result<Commit, Failed> {
    let subject = Subject::User(request.caller.user_id);
    let mut commit = Commit::new(request.stamp(), subject, vec![Fact::Account(fact)])?;
    commit.audit::<()>(subject, action, None, None)?;
    Ok(commit)
}
