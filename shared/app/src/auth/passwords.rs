//! The caller's own password.

use domain::{
    FieldFault, FieldRule,
    event::{AccountFact, Fact, Subject},
    password::NewPassword,
    username::Username,
};
use jiff::Timestamp;
use store::{Commit, credentials::Credential, sign_ins::SignInClient};

use super::{AuthRefusal, attempts::failures_of_today, own_attempt::OwnAttempt, proof::Proof};
use crate::{Denied, Failed, Prepared, Refusal, Request, hashing::SecretHasher};

/// The passwords of a change, as they were typed.
#[derive(Clone, Copy)]
pub struct TypedPasswords<'a> {
    /// The current password.
    pub current: &'a str,
    /// The new password.
    pub new: &'a str,
}

/// Changes the caller's password. All other sessions of the person end.
///
/// # Errors
/// The current password is wrong or has expired, the new one breaks a rule, or too many attempts failed.
pub async fn change(
    request: &Request<'_>,
    hasher: &impl SecretHasher,
    client: &SignInClient,
    typed: TypedPasswords<'_>,
) -> Result<Prepared<()>, Failed> {
    let Request { ports, caller, .. } = *request;
    let attempt = OwnAttempt::begin(*request).await?;
    let Some(credential) = &attempt.account.credential else { return Err(Denied::Unauthenticated.into()) };
    let new = new_password("new_password", typed.new, &attempt.user.username)?;
    if !hasher.verify(Some(&credential.password_hash), typed.current).await? {
        let audited = Proof::PasswordChange.failed(caller.user_id, client);
        return Err(attempt.failed(AuthRefusal::WrongPassword, Some(&audited)).await);
    }
    must_not_have_expired(credential, ports.now)?;
    if hasher.verify(Some(&credential.password_hash), new.expose()).await? {
        return Err(vec![FieldFault::new("new_password", FieldRule::AnotherPassword)].into());
    }

    let OwnAttempt { counted, user, account, .. } = &attempt;
    let hash = hasher.hash(ports.entropy, new.expose()).await?;
    let facts = vec![Fact::Account(AccountFact::PasswordChanged)];
    let mut commit = Commit::new(request.stamp(), Subject::User(user.id), facts)?;
    commit.change_password(user.id, credential, hash, ports.now)?;
    commit.forget_failures_of_day(&failures_of_today(user.id, ports.now))?;
    // The caller's own session continues, unless it had already ended.
    if let Some(own) = account.sign_in.as_ref().filter(|own| own.epoch == credential.session_epoch) {
        commit.keep_sign_in(own, user)?;
    }
    commit.forget_failures(counted.keys(), &account.attempts)?;
    commit.audit_attempt(&Proof::PasswordChange.succeeded(user.id, client))?;
    Ok(Prepared { commit, answer: (), version: user.version })
}

/// Returns the chosen password if it follows the rules. `field` is its name in the request.
///
/// # Errors
/// The password breaks a rule.
pub fn new_password(field: &'static str, typed: &str, username: &Username) -> Result<NewPassword, Refusal> {
    NewPassword::parse(typed, username).map_err(|invalid| Refusal::Invalid(vec![FieldFault::new(field, invalid)]))
}

/// Refuses a temporary password that has expired.
///
/// # Errors
/// [`AuthRefusal::TemporaryPasswordExpired`]
pub fn must_not_have_expired(credential: &Credential, now: Timestamp) -> Result<(), AuthRefusal> {
    match credential.temporary_until {
        Some(until) if until <= now => Err(AuthRefusal::TemporaryPasswordExpired),
        Some(_) | None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_that_breaks_a_rule_is_named_by_its_field() {
        let refused = new_password("password", "short", &Username::parse("maria").unwrap()).unwrap_err();
        let Refusal::Invalid(faults) = refused else { panic!("{refused:?}") };
        assert_eq!(faults.iter().map(|fault| &*fault.field).collect::<Vec<_>>(), ["password"]);
    }
}
