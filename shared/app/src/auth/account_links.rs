//! Links that are sent by e-mail: to set a password, and to confirm an address.

use domain::{
    audit::Actor,
    calendar::Zone,
    email::Email,
    employment::Employments,
    event::{AccountFact, Fact, Subject},
    id::{NotificationNumber, UserId},
    outgoing::{AccountLink, LinkPurpose},
    ports::Entropy,
    settings::RegistrationMode,
    user::{User, UserStatus},
};
use jiff::Timestamp;
use store::{
    Commit, StoreError,
    account_links::{LinkSnapshot, MAX_LINKS_OF_NETWORK, MAX_LINKS_OF_PERSON},
    credentials::Credential,
    leave_grants::Grants,
    people_snapshot::PeopleQuery,
};

use super::{
    AuthRefusal,
    attempts::{failures_of_today, hashed},
    passwords::new_password,
    sign_in_name::SignInName,
    themselves,
};
use crate::{
    Failed, Outcome, Ports, Prepared, Request,
    authorization::current_profile,
    hashing::SecretHasher,
    people::{PeopleRefusal, must_send_email},
};

/// The content of a link whose proof is valid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProvenLink {
    /// The person whom the link was sent to.
    pub user: UserId,
    /// The purpose of the link.
    pub purpose: LinkPurpose,
    /// The number of the link.
    pub number: NotificationNumber,
}

/// Sends a link to set a new password to the confirmed address of an account. For a name that nobody has, and for an account
/// without a confirmed address, no link is sent, and the answer is the same. `network` is its name in the table's keys.
///
/// # Errors
/// This deployment sends no e-mail. The commit fails after too many links of a day.
pub async fn request_password_reset(
    ports: &Ports<'_>,
    request_id: &str,
    network: &str,
    name: &str,
    sends_email: bool,
) -> Result<Prepared<()>, Failed> {
    must_send_email(sends_email)?;
    let holder = SignInName::parse(name).holder(ports.store).await?;
    // A name that nobody has takes the same reads and a write of the same kind.
    let id = holder.unwrap_or_else(|| UserId::generate(ports.now, ports.entropy));
    let counted = match holder {
        Some(id) => links_of_user(id),
        None => hashed(&format!("links of name {}", name.trim().to_lowercase())),
    };
    let LinkSnapshot { user, .. } = ports.store.link_snapshot(id, LinkPurpose::PasswordReset, ports.now).await?;
    let mut commit = Commit::without_event(ports.stamp(Actor::System, Some(request_id)));
    let today = Zone::UTC.date_of(ports.now);
    commit.count_account_link(network, today, MAX_LINKS_OF_NETWORK)?;
    commit.count_account_link(&counted, today, MAX_LINKS_OF_PERSON)?;
    let reached = user.as_ref().filter(|user| user.status == UserStatus::Active);
    if let Some((user, email)) = reached.and_then(|user| Some((user, user.verified_email()?))) {
        send_link(ports.entropy, &mut commit, user.id, LinkPurpose::PasswordReset, email)?;
    }
    Ok(Prepared { commit, answer: (), version: 0 })
}

/// Sets a password with a link of an invitation or of a request for a new password. All sessions and lock-outs of the person
/// end, and the address that the link was sent to counts as confirmed.
///
/// # Errors
/// The link is invalid, or the password breaks a rule.
pub async fn set_password(
    ports: &Ports<'_>,
    request_id: &str,
    hasher: &impl SecretHasher,
    link: ProvenLink,
    typed: &str,
) -> Result<Prepared<()>, Failed> {
    let Usable { user, credential, link, .. } = usable(ports, link).await?;
    if user.status != UserStatus::Active {
        return Err(AuthRefusal::LinkInvalid.into());
    }
    let password = new_password("password", typed, &user.username)?;
    let hash = hasher.hash(ports.entropy, password.expose()).await?;
    let mut facts = vec![Fact::Account(AccountFact::PasswordChanged)];
    let verifies = user.email_verified_at.is_none();
    if verifies {
        facts.push(changed_verification());
    }
    let subject = Subject::User(user.id);
    let mut commit = Commit::new(ports.stamp(themselves(&user), Some(request_id)), subject, facts)?;
    commit.audit::<()>(subject, "password_set_by_link", None, None)?;
    commit.use_account_link(user.id, &link)?;
    if verifies {
        let after = verified(&user, ports.now);
        commit.change_user(&user, &User { session_epoch: user.session_epoch + 1, ..after })?;
        commit.replace_password(user.id, &credential, hash, ports.now)?;
    } else {
        commit.change_password(user.id, &credential, hash, ports.now)?;
    }
    commit.forget_failures_of_day(&failures_of_today(user.id, ports.now))?;
    Ok(Prepared { commit, answer: (), version: user.version })
}

/// Sends a link to confirm the caller's address. If the address is confirmed already, no e-mail is sent.
///
/// # Errors
/// This deployment sends no e-mail, or the caller has no address.
pub async fn request_email_verification(request: &Request<'_>, sends_email: bool) -> Result<Outcome<()>, Failed> {
    must_send_email(sends_email)?;
    let Request { ports, caller, .. } = *request;
    let snapshot = ports.store.link_snapshot(caller.user_id, LinkPurpose::EmailVerification, ports.now).await?;
    let user = current_profile(caller, snapshot.user.as_ref())?;
    let email = user.email.as_ref().ok_or(PeopleRefusal::NoEmailAddress)?;
    if user.email_verified_at.is_some() {
        return Ok(Outcome::Unchanged { answer: (), version: user.version });
    }
    let mut commit = Commit::without_event(request.stamp());
    commit.count_account_link(&links_of_user(user.id), Zone::UTC.date_of(ports.now), MAX_LINKS_OF_PERSON)?;
    send_link(ports.entropy, &mut commit, user.id, LinkPurpose::EmailVerification, email)?;
    Ok(Outcome::Changed(Prepared { commit, answer: (), version: user.version }))
}

/// Confirms an address with a link. Where the company's registration is open, it activates an account that is waiting.
///
/// # Errors
/// The link is invalid.
pub async fn confirm_email(ports: &Ports<'_>, request_id: &str, link: ProvenLink) -> Result<Prepared<()>, Failed> {
    let now = ports.now;
    let Usable { user, link, registration, .. } = usable(ports, link).await?;
    let activates = match (user.status, registration) {
        (UserStatus::Pending, RegistrationMode::Open) => true,
        (UserStatus::Pending, RegistrationMode::Approval | RegistrationMode::Off) | (UserStatus::Active, _) => false,
        (UserStatus::Disabled, _) => return Err(AuthRefusal::LinkInvalid.into()),
    };
    let subject = Subject::User(user.id);
    let stamp = ports.stamp(themselves(&user), Some(request_id));
    let after = verified(&user, now);
    let shown = |user: &User| serde_json::json!({"status": user.status, "email_verified_at": user.email_verified_at});
    if !activates {
        let mut commit = Commit::new(stamp, subject, vec![changed_verification()])?;
        commit.audit(subject, "email_verified", Some(&shown(&user)), Some(&shown(&after)))?;
        commit.use_account_link(user.id, &link)?;
        commit.change_user(&user, &after)?;
        return Ok(Prepared { commit, answer: (), version: after.version });
    }
    let query = PeopleQuery { person: None, ..PeopleQuery::of_person(user.id, user.id, None) };
    let snapshot = ports.store.people_snapshot(&query, now).await?;
    let today = snapshot.today_of(&user, now);
    let after = User { status: UserStatus::Active, employments: Employments::since(today), ..after };
    let by = (stamp.actor, now);
    let grants = Grants::of_changed(ports.store, &after, &snapshot.settings, &snapshot.leave_types, today, by).await?;
    let own = [Fact::Account(AccountFact::UserActivated), changed_verification()];
    let facts = own.into_iter().chain(grants.facts().iter().cloned()).collect();
    let mut commit = Commit::new(stamp, subject, facts)?;
    commit.audit(subject, "user_activated", Some(&shown(&user)), Some(&shown(&after)))?;
    commit.use_account_link(user.id, &link)?;
    commit.change_user(&user, &after)?;
    commit.grant_leave(&after, &grants, &snapshot.settings)?;
    Ok(Prepared { commit, answer: (), version: after.version })
}

/// A link that may be used, with everything that its use depends on.
struct Usable {
    user: User,
    credential: Credential,
    link: AccountLink,
    registration: RegistrationMode,
}

/// Returns a link if it is the newest of its purpose, unused and unexpired, and was sent to the person's address.
async fn usable(ports: &Ports<'_>, proven: ProvenLink) -> Result<Usable, Failed> {
    let LinkSnapshot { user, credential, link, settings } =
        ports.store.link_snapshot(proven.user, proven.purpose, ports.now).await?;
    let link = link.filter(|link| link.number == proven.number);
    let (Some(user), Some(credential), Some(link)) = (user, credential, link) else {
        return Err(AuthRefusal::LinkInvalid.into());
    };
    if user.email.as_ref() != Some(&link.email) {
        return Err(AuthRefusal::LinkInvalid.into());
    }
    Ok(Usable { user, credential, link, registration: settings.registration })
}

/// Returns the profile with its address confirmed.
fn verified(user: &User, now: Timestamp) -> User {
    User { email_verified_at: Some(now), version: user.version + 1, updated_at: now, ..user.clone() }
}

fn changed_verification() -> Fact {
    Fact::Account(AccountFact::UserChanged { fields: vec!["email_verified_at".to_owned()] })
}

/// Returns the name of a person's count of links in the table's keys.
pub(crate) fn links_of_user(user: UserId) -> String {
    hashed(&format!("links of user {user}"))
}

/// Stores the e-mail with a new link. Earlier links of the purpose don't work any more.
pub(crate) fn send_link(
    entropy: &dyn Entropy,
    commit: &mut Commit,
    user: UserId,
    purpose: LinkPurpose,
    email: &Email,
) -> Result<(), StoreError> {
    let now = commit.stamp().at;
    let number = NotificationNumber::generate(now, entropy);
    commit.send_account_link(user, &AccountLink::new(number, purpose, email.clone(), now))
}
