//! People in terminals: queues the commands that put people into the terminals of their site, and remove those who leave. The
//! function `terminals` gives the commands to the devices.
//!
//! The commands of an event have the same ids each time, so an event that is delivered again changes nothing.

use domain::{
    event::{AccountFact, Event, Fact, KioskFact, PayFact, Subject},
    id::{KioskId, UserId},
    pay::PayProfiles,
    terminal::{MAX_TERMINALS, Terminal, TerminalNumber},
    user::{User, UserStatus},
};
use runtime::events::Failure;
use store::{
    Commit, CommitError, StoreError,
    people_lists::ListScope,
    terminals::{
        commands::{CommandKind, TerminalCommand},
        numbers::NumbersOfPerson,
    },
};

use crate::context::Jobs;

/// The number of commands of a transaction.
const CHUNK: usize = 50;
/// The number of people whose numbers are read at once.
const PAGE: usize = 100;

/// A change that terminals follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Followed {
    /// A person joined, left or changed. `moved` is whether the site changed.
    Person { user: UserId, moved: bool },
    /// A terminal was added, or changed. `moved` is whether the site changed, so that people of the former one are in it.
    Terminal { id: KioskId, moved: bool },
}

/// Queues the commands that an event causes.
pub(crate) async fn follow(jobs: &Jobs, event: &Event) -> Result<(), Failure> {
    let Some(followed) = followed(event) else { return Ok(()) };
    let work = async {
        match followed {
            Followed::Person { user, moved } => follow_person(jobs, event, user, moved).await,
            Followed::Terminal { id, moved } => fill(jobs, event, id, moved).await,
        }
    };
    work.await.map_err(|error| Failure::new(format!("people in terminals: {error}")))
}

fn followed(event: &Event) -> Option<Followed> {
    let mut found = None;
    for fact in &event.facts {
        let next = of_fact(event.subject, fact);
        found = match (found, next) {
            // A move is more than another change of the same person.
            (Some(before @ Followed::Person { moved: true, .. }), _) => Some(before),
            (before, next) => next.or(before),
        };
    }
    found
}

fn of_fact(subject: Subject, fact: &Fact) -> Option<Followed> {
    if let (Subject::Kiosk(terminal), Fact::Kiosk(fact)) = (subject, fact) {
        return of_terminal(terminal, fact);
    }
    let Subject::User(user) = subject else { return None };
    if let Fact::Account(fact) = fact {
        return of_account(user, fact);
    }
    if let Fact::Pay(PayFact::PayProfileChanged { .. }) = fact {
        return Some(Followed::Person { user, moved: false });
    }
    None
}

fn of_account(user: UserId, fact: &AccountFact) -> Option<Followed> {
    match fact {
        AccountFact::UserChanged { fields } => {
            let has = |name: &str| fields.iter().any(|field| field == name);
            let is_followed = has("full_name") || has("site_id") || has("tracks_attendance");
            is_followed.then(|| Followed::Person { user, moved: has("site_id") })
        }
        AccountFact::UserCreated
        | AccountFact::UserActivated
        | AccountFact::UserDisabled
        | AccountFact::BadgeAssigned
        | AccountFact::BadgeRevoked
        | AccountFact::TerminalNumberAssigned => Some(Followed::Person { user, moved: false }),
        AccountFact::UserRegistered { .. }
        | AccountFact::RegistrationsPending { .. }
        | AccountFact::RegistrationExpired
        | AccountFact::PasswordChanged
        | AccountFact::PasswordReset { .. }
        | AccountFact::SecondFactorEnabled
        | AccountFact::SecondFactorDisabled
        | AccountFact::RecoveryCodesReplaced
        | AccountFact::RefreshTokenReused
        | AccountFact::SignedOut { .. }
        | AccountFact::SignedOutEverywhere
        | AccountFact::PinChanged
        | AccountFact::EmploymentCorrected { .. } => None,
    }
}

fn of_terminal(id: KioskId, fact: &KioskFact) -> Option<Followed> {
    match fact {
        KioskFact::TerminalCreated { .. } => Some(Followed::Terminal { id, moved: false }),
        KioskFact::TerminalChanged { fields, .. } => {
            let has = |name: &str| fields.iter().any(|field| field == name);
            let is_followed = has("site_id") || has("serial");
            is_followed.then(|| Followed::Terminal { id, moved: has("site_id") })
        }
        KioskFact::KioskCreated { .. }
        | KioskFact::KioskRevoked { .. }
        | KioskFact::KioskTokenRenewed { .. }
        | KioskFact::KioskPinsFailing { .. }
        | KioskFact::TerminalSecretRotated { .. }
        | KioskFact::TerminalDeleted { .. }
        | KioskFact::TerminalSilent { .. }
        | KioskFact::TerminalClockWrong { .. } => None,
    }
}

/// Puts an active person into the terminals of their site, and removes a person who left, or moved, from the others.
async fn follow_person(jobs: &Jobs, event: &Event, user: UserId, moved: bool) -> Result<(), StoreError> {
    let terminals = jobs.store.terminals(None, MAX_TERMINALS).await?.items;
    if terminals.is_empty() {
        return Ok(());
    }
    let Some(person) = jobs.store.user(user).await? else { return Ok(()) };
    let (assigned, profiles) = (jobs.store.numbers_of_person(user).await?, jobs.store.pay_profiles(user).await?);
    let mut commands = Vec::new();
    for terminal in terminals.iter().map(|record| &record.terminal) {
        let queued = commands_for(&person, terminal, moved, &assigned, &profiles);
        for (place, (kind, number)) in queued.into_iter().enumerate() {
            let command = TerminalCommand::new(event.id, place, kind, (user, number), event.at);
            commands.push((terminal.id, command));
        }
    }
    queue(jobs, &commands).await
}

/// Returns what a terminal must do for a person.
fn commands_for(
    person: &User,
    terminal: &Terminal,
    moved: bool,
    assigned: &NumbersOfPerson,
    profiles: &PayProfiles,
) -> Vec<(CommandKind, TerminalNumber)> {
    let is_active = match person.status {
        UserStatus::Active => true,
        UserStatus::Pending | UserStatus::Disabled => false,
    };
    if is_active && person.site_id == Some(terminal.site_id) {
        let number = if person.tracks_attendance { number_of(assigned, profiles) } else { None };
        return number.map(|number| (CommandKind::Put, number)).into_iter().collect();
    }
    let has_left = match person.status {
        UserStatus::Disabled => true,
        UserStatus::Pending | UserStatus::Active => false,
    };
    if !has_left && !moved {
        return Vec::new();
    }
    let personnel =
        profiles.personnel_numbers().into_iter().filter_map(|number| number.as_str().parse::<TerminalNumber>().ok());
    let numbers: std::collections::BTreeSet<TerminalNumber> =
        assigned.numbers.iter().cloned().chain(personnel).collect();
    numbers.into_iter().map(|number| (CommandKind::Remove, number)).collect()
}

/// Returns the number with which a person is put into a terminal: the first one that was assigned, otherwise the latest personnel
/// number.
fn number_of(assigned: &NumbersOfPerson, profiles: &PayProfiles) -> Option<TerminalNumber> {
    let latest = || profiles.all().last().and_then(|profile| profile.personnel_number.as_str().parse().ok());
    assigned.numbers.first().cloned().or_else(latest)
}

/// Puts the people of a site into a terminal. From a terminal that has moved, it removes everyone else.
async fn fill(jobs: &Jobs, event: &Event, id: KioskId, moved: bool) -> Result<(), StoreError> {
    let Some(calling) = jobs.store.calling_terminal(id).await? else { return Ok(()) };
    let terminal = calling.record.terminal;
    let wanted = |person: &User| {
        moved
            || person.site_id == Some(terminal.site_id)
                && person.status == UserStatus::Active
                && person.tracks_attendance
    };
    let (mut position, mut place) = (None, 0);
    loop {
        let page = jobs.store.people(&ListScope::Everyone, position, PAGE, wanted, !moved).await?;
        let ids: Vec<UserId> = page.people.iter().map(|person| person.id).collect();
        let assigned = jobs.store.numbers_of_people(&ids).await?;
        let profiles = jobs.store.pay_profiles_of(&ids).await?;
        let mut commands = Vec::new();
        for ((person, assigned), profiles) in page.people.iter().zip(&assigned).zip(&profiles) {
            for (kind, number) in commands_for(person, &terminal, moved, assigned, profiles) {
                commands.push((id, TerminalCommand::new(event.id, place, kind, (person.id, number), event.at)));
                place += 1;
            }
        }
        queue(jobs, &commands).await?;
        position = page.next;
        if position.is_none() {
            return Ok(());
        }
    }
}

async fn queue(jobs: &Jobs, commands: &[(KioskId, TerminalCommand)]) -> Result<(), StoreError> {
    for chunk in commands.chunks(CHUNK) {
        let mut commit = Commit::without_event(jobs.stamp());
        for (terminal, command) in chunk {
            commit.queue_command(*terminal, command)?;
        }
        match commit.send(&jobs.store).await {
            Ok(()) => {}
            Err(CommitError::ConditionFailed(_)) => return Err(StoreError::Contended),
            Err(CommitError::Store(error)) => return Err(error),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use domain::{audit::Actor, event::SCHEMA_VERSION};

    use super::*;

    fn of(subject: Subject, facts: Vec<Fact>) -> Option<Followed> {
        followed(&Event {
            id: "01JBN2V7Q4W0M3T9K5ZXH8R6CD".parse().unwrap(),
            schema_version: SCHEMA_VERSION,
            at: "2026-11-02T08:58:00Z".parse().unwrap(),
            actor: Actor::System,
            subject,
            request_id: None,
            facts,
        })
    }

    #[test]
    fn terminals_follow_names_sites_badges_and_leavers() {
        let user: UserId = "01JBN2V7Q4W0M3T9K5ZXH8R6CB".parse().unwrap();
        let changed = |field: &str| {
            let fields = vec![field.to_owned()];
            of(Subject::User(user), vec![Fact::Account(AccountFact::UserChanged { fields })])
        };
        assert_eq!(changed("email"), None);
        assert_eq!(changed("full_name"), Some(Followed::Person { user, moved: false }));
        assert_eq!(changed("site_id"), Some(Followed::Person { user, moved: true }));
        for fact in [AccountFact::UserActivated, AccountFact::UserDisabled, AccountFact::BadgeAssigned] {
            let followed = of(Subject::User(user), vec![Fact::Account(fact)]);
            assert_eq!(followed, Some(Followed::Person { user, moved: false }));
        }
        assert_eq!(of(Subject::User(user), vec![Fact::Account(AccountFact::PinChanged)]), None);
    }

    #[test]
    fn a_terminal_is_filled_again_when_it_has_moved_or_is_another_device() {
        let id: KioskId = "01JBN2V7Q4W0M3T9K5ZXH8R6CB".parse().unwrap();
        let site_id = "01JBN2V7Q4W0M3T9K5ZXH8R6ST".parse().unwrap();
        let changed = |field: &str| {
            let fields = vec![field.to_owned()];
            of(Subject::Kiosk(id), vec![Fact::Kiosk(KioskFact::TerminalChanged { site_id, fields })])
        };
        assert_eq!(changed("name"), None);
        assert_eq!(changed("serial"), Some(Followed::Terminal { id, moved: false }));
        assert_eq!(changed("site_id"), Some(Followed::Terminal { id, moved: true }));
    }
}
