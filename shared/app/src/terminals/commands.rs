//! Commands for devices: people who are put into them, and removed from them. `jobs` queues the commands; what a device gets is
//! made from the data of that moment.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    audit::Actor,
    id::{KioskId, UserId},
    terminal::{Terminal, TerminalNumber},
    text::Name,
    user::{User, UserStatus},
};
use store::{
    Commit, CommitError, StoreError,
    badges::{BadgeRecord, number_context},
    terminals::{
        commands::{CommandKind, TerminalCommand},
        numbers::NumberOwner,
    },
};

use super::punches::owners;
use crate::{Ports, authorization::must_be_active, people::badges::BadgeHasher, sealing::SecretOpener};

/// A command for a device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DeviceCommand {
    /// The person is put into the device.
    Put {
        /// The id of the command.
        id: String,
        /// The number of the person in the device.
        number: TerminalNumber,
        /// The full name of the person.
        name: Name,
        /// The number of the person's badge, as devices take it: a whole number.
        card: Option<String>,
    },
    /// The number is removed from the device.
    Remove {
        /// The id of the command.
        id: String,
        /// The number of the person in the device.
        number: TerminalNumber,
    },
}

impl DeviceCommand {
    /// Returns the id of the command.
    fn id(&self) -> &str {
        match self {
            Self::Put { id, .. } | Self::Remove { id, .. } => id,
        }
    }

    /// Returns the number that the command removes from the device.
    const fn removed_number(&self) -> Option<&TerminalNumber> {
        match self {
            Self::Put { .. } => None,
            Self::Remove { number, .. } => Some(number),
        }
    }
}

/// Returns whether a person is to be in a terminal.
pub fn belongs_to(person: &User, terminal: &Terminal) -> bool {
    person.status == UserStatus::Active && person.tracks_attendance && person.site_id == Some(terminal.site_id)
}

/// The result of a command: its id, and the number that the device returns. Negative numbers are errors.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommandResult {
    /// The id of the command.
    pub id: String,
    /// The number that the device returns.
    pub returned: i64,
}

/// Returns the commands for a terminal. One Query if there are none.
///
/// # Errors
/// The table refuses a request, or the company's keys can't be read.
pub async fn pending(
    ports: &Ports<'_>,
    keys: &(impl SecretOpener + BadgeHasher),
    terminal: KioskId,
) -> Result<Vec<DeviceCommand>, StoreError> {
    let store = ports.store;
    let queued = store.pending_commands(terminal, ports.now).await?;
    let people: BTreeSet<UserId> =
        queued.iter().filter(|command| command.kind == CommandKind::Put).map(|command| command.user_id).collect();
    if queued.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<UserId> = people.iter().copied().collect();
    let users: BTreeMap<UserId, User> =
        store.all_users(people).await?.into_iter().map(|user| (user.id, user)).collect();
    let badges: BTreeMap<UserId, BadgeRecord> = store.badges(&ids).await?.into_iter().collect();
    let mut commands = Vec::with_capacity(queued.len());
    for TerminalCommand { id, kind, user_id, number, .. } in queued {
        let user = users.get(&user_id).filter(|user| must_be_active(user).is_ok());
        commands.push(match (kind, user) {
            (CommandKind::Put, Some(user)) => {
                let card = match badges.get(&user.id) {
                    Some(badge) => card_of(keys, user.id, badge).await,
                    None => None,
                };
                DeviceCommand::Put { id, number, name: user.full_name.clone(), card }
            }
            (CommandKind::Put, None) | (CommandKind::Remove, _) => DeviceCommand::Remove { id, number },
        });
    }
    let commands = Box::pin(without_outdated(ports, keys, terminal, commands)).await?;
    tracing::info!(%terminal, commands = commands.len(), "commands for a device");
    Ok(commands)
}

/// Leaves out and deletes the commands that remove a number whose present owner belongs to the terminal. The number was another
/// person's when the command was queued, or the person has come back.
async fn without_outdated(
    ports: &Ports<'_>,
    keys: &impl BadgeHasher,
    terminal: KioskId,
    commands: Vec<DeviceCommand>,
) -> Result<Vec<DeviceCommand>, StoreError> {
    let removed: BTreeSet<&TerminalNumber> = commands.iter().filter_map(DeviceCommand::removed_number).collect();
    let used = numbers_in_use(ports, keys, terminal, removed).await?;
    let is_outdated = |command: &DeviceCommand| command.removed_number().is_some_and(|number| used.contains(number));
    let (outdated, current): (Vec<_>, Vec<_>) = commands.into_iter().partition(is_outdated);
    if outdated.is_empty() {
        return Ok(current);
    }
    let mut commit = Commit::without_event(ports.stamp(Actor::System, None));
    for command in &outdated {
        commit.settle_command(terminal, command.id())?;
    }
    match commit.send(ports.store).await {
        Ok(()) | Err(CommitError::ConditionFailed(_)) => Ok(current),
        Err(CommitError::Store(error)) => Err(error),
    }
}

/// Returns those of the numbers whose present owners belong to a terminal.
async fn numbers_in_use(
    ports: &Ports<'_>,
    keys: &impl BadgeHasher,
    terminal: KioskId,
    numbers: BTreeSet<&TerminalNumber>,
) -> Result<BTreeSet<TerminalNumber>, StoreError> {
    let store = ports.store;
    if numbers.is_empty() {
        return Ok(BTreeSet::new());
    }
    let Some(calling) = store.calling_terminal(terminal).await? else { return Ok(BTreeSet::new()) };
    let owners = owners(ports, keys, numbers.into_iter()).await?;
    let people: BTreeSet<UserId> = owners.values().map(NumberOwner::user).collect();
    let people = store.all_users(people).await?;
    let present: BTreeSet<UserId> =
        people.iter().filter(|person| belongs_to(person, &calling.record.terminal)).map(|person| person.id).collect();
    let in_use = owners.into_iter().filter(|(_, owner)| present.contains(&owner.user()));
    Ok(in_use.map(|(number, _)| number).collect())
}

/// Returns the number of a person's badge as devices take it: a whole number.
async fn card_of(keys: &impl SecretOpener, user: UserId, badge: &BadgeRecord) -> Option<String> {
    let sealed = badge.sealed_number.as_deref()?;
    let opened = keys.open(&number_context(user), sealed).await.ok()??;
    let number = String::from_utf8(opened).ok()?;
    number.parse::<u64>().ok().filter(|number| 0 < *number).map(|number| number.to_string())
}

/// Removes the commands that a device has answered, and counts those that it refused.
///
/// # Errors
/// The table refuses a request.
pub async fn settle(
    ports: &Ports<'_>,
    request_id: &str,
    terminal: KioskId,
    results: &[CommandResult],
) -> Result<(), StoreError> {
    let store = ports.store;
    let known: BTreeMap<String, TerminalCommand> = store
        .pending_commands(terminal, ports.now)
        .await?
        .into_iter()
        .map(|command| (command.id.clone(), command))
        .collect();
    let answered: BTreeMap<&str, i64> =
        results.iter().filter(|it| known.contains_key(&it.id)).map(|it| (it.id.as_str(), it.returned)).collect();
    if answered.is_empty() {
        return Ok(());
    }
    let mut commit = Commit::without_event(ports.stamp(Actor::System, Some(request_id)));
    for command in answered.keys() {
        commit.settle_command(terminal, command)?;
    }
    match commit.send(store).await {
        Ok(()) | Err(CommitError::ConditionFailed(_)) => {}
        Err(CommitError::Store(error)) => return Err(error),
    }
    for (command, returned) in answered.into_iter().filter(|(_, returned)| *returned < 0) {
        // A number that isn't in the device can't be removed from it.
        if known.get(command).is_some_and(|command| command.kind == CommandKind::Put) {
            tracing::warn!(%terminal, command, returned, "a device refused a command");
            store.count_refused_command(terminal).await?;
        }
    }
    Ok(())
}
