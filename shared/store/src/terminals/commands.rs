//! The commands for terminals. They wait in the terminal's partition until the device has carried them out.

use domain::{
    id::{EventId, JobId, KioskId, UserId},
    terminal::TerminalNumber,
};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::exists;
use crate::{
    Commit, Store, StoreError,
    commit::{Expression, When, number},
    item::Item,
    keys,
    people_lists::Position,
    read::{Found, KeyRange, Range},
};

/// The time after which a command that the device hasn't carried out is dropped: 30 days.
const COMMAND_LIFETIME: SignedDuration = SignedDuration::from_hours(30 * 24);
/// The maximum number of commands that a device gets at once.
const MAX_COMMANDS: usize = 20;

/// What a command changes in a device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CommandKind {
    /// The person is put into the device.
    Put,
    /// The number is removed from the device.
    Remove,
}

/// A command that a terminal hasn't carried out yet. What a device gets is written from the data of that moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TerminalCommand {
    /// The id of the command: 16 hexadecimal digits that sort by time. Devices accept no longer ids.
    pub id: String,
    /// What the command changes.
    pub kind: CommandKind,
    /// The person.
    pub user_id: UserId,
    /// The number of the person in the device.
    pub number: TerminalNumber,
    /// The instant at which the command was queued.
    pub created_at: Timestamp,
}

impl TerminalCommand {
    /// Creates the command that an event causes. `place` tells the commands of an event for a terminal apart; the same event
    /// makes the same commands.
    pub fn new(
        cause: EventId,
        place: usize,
        kind: CommandKind,
        (user_id, number): (UserId, TerminalNumber),
        created_at: Timestamp,
    ) -> Self {
        let ulid = cause.ulid();
        let suffix = ulid.random().wrapping_add(place as u128) & 0xF_FFFF;
        let id = format!("{:011X}{suffix:05X}", ulid.timestamp_ms());
        Self { id, kind, user_id, number, created_at }
    }

    /// Returns the instant at which the command is dropped.
    fn expires_at(&self) -> Timestamp {
        self.created_at.saturating_add(COMMAND_LIFETIME).unwrap_or(Timestamp::MAX)
    }
}

/// How far the commands of a terminal that was added or changed are queued: first those of the people of its site, then those
/// that remove the people of its former sites.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filling {
    /// Whether the terminal has moved, so that people are removed from it.
    pub has_moved: bool,
    /// Whether all people of the site are queued.
    pub is_removing: bool,
    /// The position at which the list of people continues; none at its beginning.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<Position>,
    /// The number of queued commands.
    pub commands: usize,
}

impl Store {
    /// Returns how far the commands are queued that an event causes; none if one invocation queues them all.
    pub async fn filling(&self, cause: EventId) -> Result<Option<Filling>, StoreError> {
        self.get(keys::progress(job_of(cause))).await
    }

    /// Returns the oldest commands that a terminal hasn't carried out and that haven't expired.
    pub async fn pending_commands(
        &self,
        terminal: KioskId,
        now: Timestamp,
    ) -> Result<Vec<TerminalCommand>, StoreError> {
        let mut key_range = KeyRange {
            index: None,
            pk: keys::terminal_partition(terminal),
            range: Range::Prefix(keys::TERMINAL_COMMAND.to_owned()),
            descending: false,
            limit: MAX_COMMANDS,
            after: None,
        };
        loop {
            let Found { items, next } = self.query::<TerminalCommand>(key_range.clone()).await?;
            let pending: Vec<_> = items.into_iter().filter(|command| now < command.expires_at()).collect();
            // Expired commands are deleted with a delay, and may fill a page.
            if next.is_none() || !pending.is_empty() {
                return Ok(pending);
            }
            key_range.after = next;
        }
    }

    /// Counts a command that the device refused.
    pub async fn count_refused_command(&self, id: KioskId) -> Result<(), StoreError> {
        let count = Expression::new("ADD #refused :one").name("#refused", "refused_commands").value(":one", number(1));
        self.update_if(&keys::terminal_state(id), count, exists()).await.map(|_| ())
    }
}

impl Commit {
    /// Queues a command for a terminal. The same command again changes nothing.
    pub fn queue_command(&mut self, terminal: KioskId, command: &TerminalCommand) -> Result<(), StoreError> {
        let item = Item::new(keys::terminal_command(terminal, &command.id), command)?.expires_at(command.expires_at());
        self.put(item, When::Always, None)
    }

    /// Stores how far the commands are queued that an event causes.
    pub fn keep_filling(&mut self, cause: EventId, filling: &Filling) -> Result<(), StoreError> {
        let expires_at = self.stamp().at.saturating_add(COMMAND_LIFETIME).unwrap_or(Timestamp::MAX);
        let item = Item::new(keys::progress(job_of(cause)), filling)?.expires_at(expires_at);
        self.put(item, When::Always, None)
    }

    /// Removes a command that the device has answered.
    pub fn settle_command(&mut self, terminal: KioskId, id: &str) -> Result<(), StoreError> {
        self.delete(&keys::terminal_command(terminal, id), None, None)
    }
}

/// Returns the id of the work that an event starts.
fn job_of(cause: EventId) -> JobId {
    cause.ulid().into()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use aws_sdk_dynamodb::Client;
    use aws_smithy_mocks::{Rule, RuleMode, mock, mock_client};
    use fixtures::SameByte;
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn commands_of_an_event_are_the_same_each_time_and_short() {
        let person: UserId = "01JBN2V7Q4W0M3T9K5ZXH8R6CD".parse().unwrap();
        let cause: EventId = "01JBN2V7Q4W0M3T9K5ZXH8R6EV".parse().unwrap();
        let command = |place| {
            let of = (person, "17".parse().unwrap());
            TerminalCommand::new(cause, place, CommandKind::Put, of, "2026-11-02T08:00:00Z".parse().unwrap())
        };
        assert_eq!(command(0).id.len(), 16);
        assert_eq!(command(0), command(0));
        assert!(command(0).id < command(1).id);
    }

    /// Returns a page of a query with commands that were created at an instant.
    fn page(ids: &[&str], created_at: &str, has_more: bool) -> String {
        let item = |id: &&str| {
            json!({"pk": {"S": "TERMINAL#1"}, "sk": {"S": format!("COMMAND#{id}")}, "id": {"S": id}, "kind": {"S": "put"},
                "user_id": {"S": "01JBN2V7Q4W0M3T9K5ZXH8R6CD"}, "number": {"S": "17"}, "created_at": {"S": created_at}})
        };
        let items: Vec<Value> = ids.iter().map(item).collect();
        let mut body = json!({"Items": items});
        if has_more {
            body["LastEvaluatedKey"] = json!({"pk": {"S": "TERMINAL#1"}, "sk": {"S": "COMMAND#2"}});
        }
        body.to_string()
    }

    #[tokio::test(start_paused = true)]
    async fn expired_commands_are_passed_over_also_if_they_fill_a_page() {
        let rule: Rule = mock!(Client::query)
            .sequence()
            .http_status(200, Some(page(&["1", "2"], "2026-10-03T08:00:00Z", true)))
            .http_status(200, Some(page(&["3"], "2026-10-03T08:00:01Z", false)))
            .build();
        let client: Client = mock_client!(aws_sdk_dynamodb, RuleMode::Sequential, [&rule]);
        let store = Store::new(client, "rollcall", Arc::new(SameByte(7)));
        let terminal: KioskId = "01JBN2V7Q4W0M3T9K5ZXH8R6KK".parse().unwrap();
        let pending = store.pending_commands(terminal, "2026-11-02T08:00:00Z".parse().unwrap()).await.unwrap();
        assert_eq!(pending.into_iter().map(|command| command.id).collect::<Vec<_>>(), ["3"]);
        assert_eq!(rule.num_calls(), 2);
    }
}
