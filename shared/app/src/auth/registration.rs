//! New accounts that people ask for themselves: registrations, which a manager activates, and the company's first admin.

use answers::UserAnswer;
use domain::{
    audit::Actor,
    calendar::Zone,
    event::{AccountFact, CompanyFact, Fact, Subject},
    id::UserId,
    outgoing::LinkPurpose,
    password::NewPassword,
    settings::RegistrationMode,
    user::{Registrant, User},
};
use store::{
    Commit, CommitError, Condition,
    credentials::NewCredential,
    registrations::{RegistrationSnapshot, seconds_left_of_day},
};

use super::{AuthRefusal, account_links::send_link, themselves};
use crate::{Denied, Failed, Ports, hashing::SecretHasher};

/// Returns what a registration depends on, if the company takes registrations.
///
/// # Errors
/// The company takes none.
pub async fn must_be_open(ports: &Ports<'_>) -> Result<RegistrationSnapshot, Failed> {
    let snapshot = ports.store.registration_snapshot().await?;
    match snapshot.settings.registration {
        RegistrationMode::Off => Err(Denied::NotFound.into()),
        RegistrationMode::Approval | RegistrationMode::Open => Ok(snapshot),
    }
}

/// An account that a person asks for.
#[derive(Debug)]
pub struct Application<'a> {
    /// The person.
    pub registrant: Registrant,
    /// The password of the account.
    pub password: &'a NewPassword,
    /// The name of the person's network in the table's keys.
    pub network: &'a str,
}

/// A pending account that isn't stored yet.
#[derive(Debug)]
pub struct PendingAccount {
    /// The person.
    pub user: User,
    /// The hash of the password.
    password_hash: String,
}

/// Counts an application from its network, and makes its account. `snapshot` is what [`must_be_open`] returned.
///
/// # Errors
/// The maximum number of registrations wait, or the network has reached its registrations of the day.
pub async fn apply(
    ports: &Ports<'_>,
    request_id: &str,
    snapshot: &RegistrationSnapshot,
    hasher: &impl SecretHasher,
    application: Application<'_>,
) -> Result<PendingAccount, Failed> {
    let Application { registrant, password, network } = application;
    // Before any step whose outcome could reveal that an address is in use.
    count(ports, request_id, snapshot, network).await?;
    let password_hash = hasher.hash(ports.entropy, password.expose()).await?;
    let user = registrant.pending(UserId::generate(ports.now, ports.entropy), ports.now);
    Ok(PendingAccount { user, password_hash })
}

/// Counts a registration from a network.
async fn count(
    ports: &Ports<'_>,
    request_id: &str,
    snapshot: &RegistrationSnapshot,
    network: &str,
) -> Result<(), Failed> {
    if snapshot.queue.queue.is_full() {
        return Err(AuthRefusal::RegistrationsFull.into());
    }
    let stamp = ports.stamp(Actor::System, Some(request_id));
    let counted = ports.store.count_registration(stamp, network, Zone::UTC.date_of(ports.now)).await;
    counted.map_err(|error| match error {
        CommitError::ConditionFailed(_) => {
            AuthRefusal::TooManyRegistrations { seconds: seconds_left_of_day(ports.now) }.into()
        }
        CommitError::Store(error) => error.into(),
    })
}

/// Stores a registration. If the e-mail address is already in use, nothing is stored, and the answer is the same.
///
/// # Errors
/// The maximum number of registrations wait, or the username is taken.
pub async fn register(
    ports: &Ports<'_>,
    request_id: &str,
    PendingAccount { user, password_hash }: &PendingAccount,
    sends_email: bool,
) -> Result<UserAnswer, Failed> {
    let RegistrationSnapshot { settings, queue } = ports.store.registration_snapshot().await?;
    if queue.queue.is_full() {
        return Err(AuthRefusal::RegistrationsFull.into());
    }
    let (longer, announced_later) = queue.queue.with_registration(user.id, ports.now);
    let subject = Subject::User(user.id);
    let stamp = ports.stamp(themselves(user), Some(request_id));
    let mut commit = Commit::new(stamp, subject, vec![Fact::Account(AccountFact::UserRegistered { announced_later })])?;
    commit.create_user(user)?;
    commit.change_registration_queue(&queue, longer)?;
    commit.create_credential(user.id, NewCredential::lasting(password_hash.clone(), ports.now))?;
    match (settings.registration, &user.email) {
        // Confirming the address activates the account.
        (RegistrationMode::Open, Some(email)) if sends_email => {
            send_link(ports.entropy, &mut commit, user.id, LinkPurpose::EmailVerification, email)?;
        }
        (RegistrationMode::Open | RegistrationMode::Approval | RegistrationMode::Off, _) => {}
    }
    let answer = UserAnswer::new(user, &settings.time_zone);
    commit.audit(subject, "user_registered", None, Some(&answer))?;
    match commit.send(ports.store).await {
        // The answer doesn't reveal whether an address is in use.
        Ok(()) | Err(CommitError::ConditionFailed(Condition::Email)) => Ok(answer),
        Err(error) => Err(error.into()),
    }
}

/// Creates the company's first admin, once. The caller has proved that they hold the set-up token.
///
/// # Errors
/// The company is set up already.
pub async fn set_up(
    ports: &Ports<'_>,
    request_id: &str,
    hasher: &impl SecretHasher,
    registrant: Registrant,
    password: &NewPassword,
) -> Result<(User, UserAnswer), Failed> {
    let hash = hasher.hash(ports.entropy, password.expose()).await?;
    let admin = registrant.first_admin(UserId::generate(ports.now, ports.entropy), ports.now);
    let subject = Subject::User(admin.id);
    let facts = vec![Fact::Company(CompanyFact::CompanySetUp), Fact::Account(AccountFact::UserActivated)];
    let mut commit = Commit::new(ports.stamp(themselves(&admin), Some(request_id)), subject, facts)?;
    commit.set_up(&admin)?;
    commit.create_credential(admin.id, NewCredential::lasting(hash, ports.now))?;
    // The company has no time zone yet.
    let answer = UserAnswer::new(&admin, &Zone::UTC);
    commit.audit(subject, "company_set_up", None, Some(&answer))?;
    // A failed condition is final here: the company is already set up.
    commit.send(ports.store).await?;
    Ok((admin, answer))
}
