//! The credentials of other people, as managers and admins change them: PINs, lost passwords and second factors, invitations.

use domain::{
    calendar::Zone,
    event::{AccountFact, Fact, Subject},
    id::UserId,
    outgoing::LinkPurpose,
    password::NewPassword,
    pin::NewPin,
    user::UserStatus,
};
use store::{
    Commit,
    account_links::{LinkSnapshot, MAX_LINKS_OF_PERSON},
    kiosks::Pin,
    second_factors::SecondFactor,
};

use super::{PeopleRefusal, accounts::send_invitation, must_send_email, snapshot_of, temporary_password};
use crate::{
    Denied, Failed, Prepared, Request,
    auth::{AuthRefusal, account_links::links_of_user, attempts::failures_of_today},
    authorization,
    hashing::SecretHasher,
    use_case::ensure_not_replayed,
};

/// Sets the PIN of the caller, or of a person whom the caller manages.
///
/// # Errors
/// The caller may not set the PIN, or has no recent sign-in.
pub async fn set_pin(
    request: &Request<'_>,
    hasher: &impl SecretHasher,
    person: UserId,
    pin: &NewPin,
) -> Result<Prepared<()>, Failed> {
    let Request { ports, caller, .. } = *request;
    let (_, user) = snapshot_of(request, person).await?;
    authorization::may_set_pin(caller, &user)?;
    authorization::must_have_recent_sign_in(caller, ports.now)?;
    let pin_hash = hasher.hash(ports.entropy, pin.expose()).await?;
    let mut commit = without_values(request, person, "pin_changed", vec![AccountFact::PinChanged])?;
    commit.set_pin(&user, &Pin { pin_hash, changed_at: ports.now })?;
    Ok(Prepared { commit, answer: (), version: user.version })
}

/// Gives a person who lost their password a temporary one, and ends their sessions and lock-outs.
///
/// # Errors
/// The caller may not manage the person, or has no recent sign-in.
pub async fn reset_password(
    request: &Request<'_>,
    hasher: &impl SecretHasher,
    person: UserId,
) -> Result<Prepared<NewPassword>, Failed> {
    let Request { ports, caller, .. } = *request;
    let (snapshot, user) = snapshot_of(request, person).await?;
    authorization::may_manage(caller, &user)?;
    ensure_not_replayed(snapshot.earlier)?;
    authorization::must_have_recent_sign_in(caller, ports.now)?;
    let password = temporary_password(ports.entropy, &user.username)?;
    let hash = hasher.hash(ports.entropy, password.expose()).await?;
    let facts = vec![AccountFact::PasswordChanged, AccountFact::PasswordReset { role: user.authority.role() }];
    let mut commit = without_values(request, person, "password_reset", facts)?;
    commit.reset_password(person, hash, ports.now)?;
    commit.forget_failures_of_day(&failures_of_today(person, ports.now))?;
    Ok(Prepared { commit, answer: password, version: user.version })
}

/// Removes the second factor of a person who lost it.
///
/// # Errors
/// The caller isn't an admin, has no recent sign-in, or the person has no second factor.
pub async fn remove_second_factor(request: &Request<'_>, person: UserId) -> Result<Prepared<()>, Failed> {
    let Request { ports, caller, .. } = *request;
    authorization::must_be_admin(caller)?;
    let (_, user) = snapshot_of(request, person).await?;
    authorization::may_manage(caller, &user)?;
    authorization::must_have_recent_sign_in(caller, ports.now)?;
    let factor = ports.store.second_factor(person).await?.filter(SecondFactor::is_enabled);
    let factor = factor.ok_or(AuthRefusal::NoSecondFactor)?;
    let mut commit = without_values(request, person, "mfa_removed", vec![AccountFact::SecondFactorDisabled])?;
    commit.remove_second_factor(person, &factor)?;
    Ok(Prepared { commit, answer: (), version: user.version })
}

/// Sends a person the link to set their first password again.
///
/// # Errors
/// The caller may not manage the person, the person has set a password, or no e-mail can be sent.
pub async fn invite(request: &Request<'_>, person: UserId, sends_email: bool) -> Result<Prepared<()>, Failed> {
    let Request { ports, caller, .. } = *request;
    authorization::must_be_manager(caller)?;
    let profile = ports.store.user(caller.user_id).await?;
    authorization::ensure_current(caller, profile.as_ref())?;
    let LinkSnapshot { user, credential, .. } =
        ports.store.link_snapshot(person, LinkPurpose::Invitation, ports.now).await?;
    let user = user.ok_or(Denied::NotFound)?;
    authorization::may_manage(caller, &user)?;
    must_send_email(sends_email)?;
    let waits = credential.is_some_and(|credential| credential.temporary_until.is_some());
    if user.status != UserStatus::Active || !waits {
        return Err(PeopleRefusal::InvitationUsed.into());
    }
    let mut commit = Commit::without_event(request.stamp());
    commit.count_account_link(&links_of_user(person), Zone::UTC.date_of(ports.now), MAX_LINKS_OF_PERSON)?;
    send_invitation(ports.entropy, &mut commit, &user)?;
    commit.audit::<()>(Subject::User(person), "user_invited", None, None)?;
    Ok(Prepared { commit, answer: (), version: user.version })
}

/// Returns a change of credentials, whose audit entry has no values because these are secret.
fn without_values(
    request: &Request<'_>,
    person: UserId,
    action: &str,
    facts: Vec<AccountFact>,
) -> Result<Commit, Failed> {
    let subject = Subject::User(person);
    let mut commit = Commit::new(request.stamp(), subject, facts.into_iter().map(Fact::Account).collect())?;
    commit.audit::<()>(subject, action, None, None)?;
    Ok(commit)
}
