//! Commands for devices: people who are put into them, and removed from them. `jobs` queues the commands; what a device gets is
//! written from the data of that moment.

use std::collections::{BTreeMap, BTreeSet};

use domain::{audit::Actor, id::UserId, user::User};
use store::{
    Commit, CommitError, StoreError,
    badges::{BadgeRecord, number_context},
    terminals::{
        CallingTerminal,
        commands::{CommandKind, TerminalCommand},
    },
};
use web::{RequestId, authorization::must_be_active};

use crate::{
    protocol::{CommandResult, put_person, remove_person},
    state::Terminals,
};

/// Returns the commands for a terminal as the device takes them, or `OK`. One Query if there are none.
pub(crate) async fn pending(terminals: &Terminals, calling: &CallingTerminal) -> Result<String, StoreError> {
    let store = &terminals.app.store;
    let commands = store.pending_commands(calling.record.terminal.id).await?;
    let people: BTreeSet<UserId> =
        commands.iter().filter(|command| command.kind == CommandKind::Put).map(|command| command.user_id).collect();
    if commands.is_empty() {
        return Ok("OK".to_owned());
    }
    let ids: Vec<UserId> = people.iter().copied().collect();
    let users: BTreeMap<UserId, User> =
        store.all_users(people).await?.into_iter().map(|user| (user.id, user)).collect();
    let badges: BTreeMap<UserId, BadgeRecord> = store.badges(&ids).await?.into_iter().collect();
    let mut lines = Vec::with_capacity(commands.len());
    for command in &commands {
        let user = users.get(&command.user_id).filter(|user| must_be_active(user).is_ok());
        lines.push(match (command.kind, user) {
            (CommandKind::Put, Some(user)) => {
                let card = match badges.get(&user.id) {
                    Some(badge) => card_of(terminals, user.id, badge).await,
                    None => None,
                };
                put_person(&command.id, &command.number, user.full_name.as_str(), card.as_deref())
            }
            (CommandKind::Put, None) | (CommandKind::Remove, _) => remove_person(&command.id, &command.number),
        });
    }
    tracing::info!(terminal = %calling.record.terminal.id, commands = commands.len(), "commands for a device");
    Ok(lines.join("\n") + "\n")
}

/// Returns the number of a person's badge as devices take it: a whole number.
async fn card_of(terminals: &Terminals, user: UserId, badge: &BadgeRecord) -> Option<String> {
    let sealed = badge.sealed_number.as_deref()?;
    let opened = terminals.keys.open(&number_context(user), sealed).await.ok()??;
    let number = String::from_utf8(opened).ok()?;
    number.parse::<u64>().ok().filter(|number| 0 < *number).map(|number| number.to_string())
}

/// Removes the commands that a device has answered, and counts those that it refused.
pub(crate) async fn settle(
    terminals: &Terminals,
    calling: &CallingTerminal,
    request_id: &RequestId,
    results: &[CommandResult],
) -> Result<(), StoreError> {
    let (store, id) = (&terminals.app.store, calling.record.terminal.id);
    let known: BTreeMap<String, TerminalCommand> =
        store.pending_commands(id).await?.into_iter().map(|command| (command.id.clone(), command)).collect();
    let answered: BTreeMap<&str, i64> =
        results.iter().filter(|it| known.contains_key(&it.id)).map(|it| (it.id.as_str(), it.returned)).collect();
    if answered.is_empty() {
        return Ok(());
    }
    let mut commit = Commit::without_event(terminals.app.stamp_by(Actor::System, request_id, terminals.app.now()));
    for command in answered.keys() {
        commit.settle_command(id, command)?;
    }
    match commit.send(store).await {
        Ok(()) | Err(CommitError::ConditionFailed(_)) => {}
        Err(CommitError::Store(error)) => return Err(error),
    }
    for (command, returned) in answered.into_iter().filter(|(_, returned)| *returned < 0) {
        // A number that isn't in the device can't be removed from it.
        if known.get(command).is_some_and(|command| command.kind == CommandKind::Put) {
            tracing::warn!(terminal = %id, command, returned, "a device refused a command");
            store.count_refused_command(id).await?;
        }
    }
    Ok(())
}
