//! People in terminals: queues the commands that put people into the terminals of their site, and remove those who leave. The
//! function `terminals` gives the commands to the devices.
//!
//! The commands of an event have the same ids each time, so an event that is delivered again changes nothing.

use std::collections::BTreeSet;

use app::terminals::commands::belongs_to;
use domain::{
    event::{AccountFact, Event, Fact, JobFact, KioskFact, PayFact, Subject},
    id::{EventId, KioskId, SiteId, UserId},
    pay::PayProfiles,
    terminal::{MAX_TERMINALS, Terminal, TerminalNumber},
    user::{User, UserStatus},
};
use runtime::{Deadline, events::Failure};
use store::{
    Commit, CommitError, StoreError,
    people_lists::ListScope,
    terminals::{
        TerminalRecord,
        commands::{CommandKind, Filling, TerminalCommand},
        numbers::NumbersOfPerson,
    },
};

use crate::context::{Jobs, RESERVE};

/// The number of commands of a transaction.
const CHUNK: usize = 50;
/// The number of people whose numbers are read at once.
const PAGE: usize = 100;

/// A change that terminals follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Followed {
    /// A person joined, left or changed.
    Person { user: UserId, change: ProfileChange },
    /// A terminal was added, or changed. `moved` is whether the site changed, so that people of the former one are in it.
    Terminal { id: KioskId, moved: bool },
    /// Another invocation has begun to fill a terminal.
    Continued { id: KioskId, cause: EventId },
}

/// The changes of a profile for which a person may have to be removed from terminals.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct ProfileChange {
    /// Whether the site changed.
    site: bool,
    /// Whether the person began or stopped tracking attendance.
    tracking: bool,
}

/// Queues the commands that an event causes.
pub(crate) async fn follow(jobs: &Jobs, event: &Event, deadline: Deadline) -> Result<(), Failure> {
    let Some(followed) = followed(event) else { return Ok(()) };
    let work = async {
        match followed {
            Followed::Person { user, change } => follow_person(jobs, event, user, change).await,
            Followed::Terminal { id, moved } => {
                let filling = Filling { has_moved: moved, ..Filling::default() };
                fill(jobs, id, event.id, filling, deadline).await
            }
            Followed::Continued { id, cause } => continue_filling(jobs, id, cause, deadline).await,
        }
    };
    work.await.map_err(|error| Failure::new(format!("people in terminals: {error}")))
}

fn followed(event: &Event) -> Option<Followed> {
    let mut found = None;
    for fact in &event.facts {
        let next = of_fact(event.subject, fact);
        found = match (found, next) {
            // All facts of an event are about the same person.
            (Some(Followed::Person { user, change: before }), Some(Followed::Person { change: next, .. })) => {
                let change =
                    ProfileChange { site: before.site || next.site, tracking: before.tracking || next.tracking };
                Some(Followed::Person { user, change })
            }
            (before, next) => next.or(before),
        };
    }
    found
}

fn of_fact(subject: Subject, fact: &Fact) -> Option<Followed> {
    if let (Subject::Kiosk(terminal), Fact::Kiosk(fact)) = (subject, fact) {
        return of_terminal(terminal, fact);
    }
    if let (Subject::Kiosk(id), Fact::Job(JobFact::WorkContinues { cause })) = (subject, fact) {
        return Some(Followed::Continued { id, cause: *cause });
    }
    let Subject::User(user) = subject else { return None };
    if let Fact::Account(fact) = fact {
        return of_account(user, fact);
    }
    if let Fact::Pay(PayFact::PayProfileChanged { .. }) = fact {
        return Some(Followed::Person { user, change: ProfileChange::default() });
    }
    None
}

fn of_account(user: UserId, fact: &AccountFact) -> Option<Followed> {
    match fact {
        AccountFact::UserChanged { fields } => {
            let has = |name: &str| fields.iter().any(|field| field == name);
            let change = ProfileChange { site: has("site_id"), tracking: has("tracks_attendance") };
            let is_followed = has("full_name") || change.site || change.tracking;
            is_followed.then_some(Followed::Person { user, change })
        }
        AccountFact::UserCreated
        | AccountFact::UserActivated
        | AccountFact::UserDisabled
        | AccountFact::BadgeAssigned
        | AccountFact::BadgeRevoked
        | AccountFact::TerminalNumberAssigned => Some(Followed::Person { user, change: ProfileChange::default() }),
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

/// Puts an active person who tracks attendance into the terminals of their site. Removes a person who left or moved from the
/// others, and a person who stopped tracking attendance from all of them.
async fn follow_person(jobs: &Jobs, event: &Event, user: UserId, change: ProfileChange) -> Result<(), StoreError> {
    let terminals = jobs.store.terminals(None, MAX_TERMINALS).await?.items;
    if terminals.is_empty() {
        return Ok(());
    }
    let Some(person) = jobs.store.user(user).await? else { return Ok(()) };
    let (assigned, profiles) = (jobs.store.numbers_of_person(user).await?, jobs.store.pay_profiles(user).await?);
    let mut commands = Vec::new();
    for terminal in terminals.iter().map(|record| &record.terminal) {
        let queued = commands_for(&person, terminal, change, &assigned, &profiles);
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
    change: ProfileChange,
    assigned: &NumbersOfPerson,
    profiles: &PayProfiles,
) -> Vec<(CommandKind, TerminalNumber)> {
    if belongs_to(person, terminal) {
        return admission(assigned, profiles);
    }
    let has_left = match person.status {
        UserStatus::Disabled => true,
        UserStatus::Pending | UserStatus::Active => false,
    };
    // A person without attendance whose profile stays the same isn't removed: administrators of a device can be enrolled by hand.
    let has_stopped = change.tracking && !person.tracks_attendance;
    let has_moved = change.site && person.site_id != Some(terminal.site_id);
    if has_left || has_stopped || has_moved { removals(assigned, profiles) } else { Vec::new() }
}

/// Returns the command that puts a person into a terminal; none if the person has no number.
fn admission(assigned: &NumbersOfPerson, profiles: &PayProfiles) -> Vec<(CommandKind, TerminalNumber)> {
    number_of(assigned, profiles).map(|number| (CommandKind::Put, number)).into_iter().collect()
}

/// Returns the commands that remove a person, under each number that the person has or had.
fn removals(assigned: &NumbersOfPerson, profiles: &PayProfiles) -> Vec<(CommandKind, TerminalNumber)> {
    let personnel =
        profiles.personnel_numbers().into_iter().filter_map(|number| number.as_str().parse::<TerminalNumber>().ok());
    let numbers: BTreeSet<TerminalNumber> = assigned.numbers.iter().cloned().chain(personnel).collect();
    numbers.into_iter().map(|number| (CommandKind::Remove, number)).collect()
}

/// Returns the number with which a person is put into a terminal: the first one that was assigned, otherwise the latest personnel
/// number.
fn number_of(assigned: &NumbersOfPerson, profiles: &PayProfiles) -> Option<TerminalNumber> {
    let latest = || profiles.all().last().and_then(|profile| profile.personnel_number.as_str().parse().ok());
    assigned.numbers.first().cloned().or_else(latest)
}

/// Continues to fill a terminal after another invocation.
async fn continue_filling(jobs: &Jobs, id: KioskId, cause: EventId, deadline: Deadline) -> Result<(), StoreError> {
    match jobs.store.filling(cause).await? {
        Some(filling) => fill(jobs, id, cause, filling, deadline).await,
        None => Ok(()),
    }
}

/// Puts the people of a site into a terminal. From a terminal that has moved, it then removes the people of its former sites. If
/// time runs out, it hands over the rest.
async fn fill(
    jobs: &Jobs,
    id: KioskId,
    cause: EventId,
    mut filling: Filling,
    deadline: Deadline,
) -> Result<(), StoreError> {
    let Some(calling) = jobs.store.calling_terminal(id).await? else { return Ok(()) };
    let TerminalRecord { terminal, former_sites, .. } = calling.record;
    loop {
        let is_removing = filling.is_removing;
        let wanted = |person: &User| {
            if is_removing { is_to_leave(person, &terminal, &former_sites) } else { belongs_to(person, &terminal) }
        };
        let page = jobs.store.people(&ListScope::Everyone, filling.next.take(), PAGE, wanted, true).await?;
        let ids: Vec<UserId> = page.people.iter().map(|person| person.id).collect();
        let assigned = jobs.store.numbers_of_people(&ids).await?;
        let profiles = jobs.store.pay_profiles_of(&ids).await?;
        let mut commands = Vec::new();
        for ((person, assigned), profiles) in page.people.iter().zip(&assigned).zip(&profiles) {
            let queued = if is_removing { removals(assigned, profiles) } else { admission(assigned, profiles) };
            for (kind, number) in queued {
                let of_person = (person.id, number);
                let command = TerminalCommand::new(cause, filling.commands, kind, of_person, cause.generated_at());
                commands.push((id, command));
                filling.commands += 1;
            }
        }
        queue(jobs, &commands).await?;
        filling.next = page.next;
        if filling.next.is_none() {
            if is_removing || !filling.has_moved {
                return Ok(());
            }
            filling.is_removing = true;
        }
        if deadline.left() < RESERVE {
            return hand_over(jobs, id, cause, &filling).await;
        }
    }
}

/// Returns whether a person is removed from a terminal that has moved. A terminal that an earlier release has moved doesn't name
/// its former sites, so everyone who isn't at its present site is removed from it.
fn is_to_leave(person: &User, terminal: &Terminal, former_sites: &BTreeSet<SiteId>) -> bool {
    let is_of_former_site = person.site_id.is_some_and(|site| former_sites.contains(&site));
    person.site_id != Some(terminal.site_id) && (is_of_former_site || former_sites.is_empty())
}

/// Stores the progress of filling a terminal, with the event that starts the invocation for the rest.
async fn hand_over(jobs: &Jobs, id: KioskId, cause: EventId, filling: &Filling) -> Result<(), StoreError> {
    let rest = Fact::Job(JobFact::WorkContinues { cause });
    let mut commit = Commit::new(jobs.stamp(), Subject::Kiosk(id), vec![rest])?;
    commit.keep_filling(cause, filling)?;
    send(jobs, commit).await
}

async fn queue(jobs: &Jobs, commands: &[(KioskId, TerminalCommand)]) -> Result<(), StoreError> {
    for chunk in commands.chunks(CHUNK) {
        let mut commit = Commit::without_event(jobs.stamp());
        for (terminal, command) in chunk {
            commit.queue_command(*terminal, command)?;
        }
        send(jobs, commit).await?;
    }
    Ok(())
}

async fn send(jobs: &Jobs, commit: Commit) -> Result<(), StoreError> {
    match commit.send(&jobs.store).await {
        Ok(()) => Ok(()),
        Err(CommitError::ConditionFailed(_)) => Err(StoreError::Contended),
        Err(CommitError::Store(error)) => Err(error),
    }
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
        let unmoved = ProfileChange::default();
        assert_eq!(changed("full_name"), Some(Followed::Person { user, change: unmoved }));
        let moved = ProfileChange { site: true, ..unmoved };
        assert_eq!(changed("site_id"), Some(Followed::Person { user, change: moved }));
        let tracking = ProfileChange { tracking: true, ..unmoved };
        assert_eq!(changed("tracks_attendance"), Some(Followed::Person { user, change: tracking }));
        let fields = |field: &str| Fact::Account(AccountFact::UserChanged { fields: vec![field.to_owned()] });
        let both = of(Subject::User(user), vec![fields("site_id"), fields("full_name"), fields("tracks_attendance")]);
        assert_eq!(both, Some(Followed::Person { user, change: ProfileChange { site: true, tracking: true } }));
        for fact in [AccountFact::UserActivated, AccountFact::UserDisabled, AccountFact::BadgeAssigned] {
            let followed = of(Subject::User(user), vec![Fact::Account(fact)]);
            assert_eq!(followed, Some(Followed::Person { user, change: unmoved }));
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
        let cause: EventId = "01JBN2V7Q4W0M3T9K5ZXH8R6EV".parse().unwrap();
        let rest = vec![Fact::Job(JobFact::WorkContinues { cause })];
        assert_eq!(of(Subject::Kiosk(id), rest.clone()), Some(Followed::Continued { id, cause }));
        assert_eq!(of(Subject::Job("01JBN2V7Q4W0M3T9K5ZXH8R6JB".parse().unwrap()), rest), None);
    }
}
