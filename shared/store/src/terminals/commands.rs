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
    read::{KeyRange, Range},
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
        let id = format!("{}{suffix:05X}", time_part(ulid.timestamp_ms()));
        Self { id, kind, user_id, number, created_at }
    }

    /// Returns the instant at which the command is dropped.
    fn expires_at(&self) -> Timestamp {
        self.created_at.saturating_add(COMMAND_LIFETIME).unwrap_or(Timestamp::MAX)
    }
}

/// The progress of filling a terminal that was added or changed: first the people of its site are put into it, then the people of
/// its former sites are removed.
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
    /// Returns the progress of filling a terminal because of an event; none if one invocation queues all commands.
    pub async fn filling(&self, cause: EventId) -> Result<Option<Filling>, StoreError> {
        self.get(keys::progress(job_of(cause))).await
    }

    /// Returns the oldest commands that a terminal hasn't carried out and that haven't expired. One Query.
    pub async fn pending_commands(
        &self,
        terminal: KioskId,
        now: Timestamp,
    ) -> Result<Vec<TerminalCommand>, StoreError> {
        // Expired commands are deleted with a delay. Ids sort by time, so the range begins after them.
        let first = keys::terminal_command(terminal, &first_pending(now)).sk;
        let key_range = KeyRange {
            index: None,
            pk: keys::terminal_partition(terminal),
            range: Range::Between(first, format!("{}~", keys::TERMINAL_COMMAND)),
            descending: false,
            limit: MAX_COMMANDS,
            after: None,
        };
        Ok(self.query(key_range).await?.items)
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

    /// Stores the progress of filling a terminal because of an event.
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

/// Returns the time in the id of a command, in milliseconds since 1970.
fn time_part(milliseconds: u64) -> String {
    format!("{milliseconds:011X}")
}

/// Returns the text from which on the ids of commands sort that haven't expired at an instant.
fn first_pending(now: Timestamp) -> String {
    let expired = now.saturating_sub(COMMAND_LIFETIME).unwrap_or(Timestamp::MIN).as_millisecond();
    time_part(u64::try_from(expired.saturating_add(1)).unwrap_or(0))
}

/// Returns the id of the work that an event starts.
fn job_of(cause: EventId) -> JobId {
    cause.ulid().into()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use aws_sdk_dynamodb::{Client, types::AttributeValue};
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

    /// Returns the item of a command.
    fn stored(id: &str) -> Value {
        json!({"pk": {"S": "TERMINAL#1"}, "sk": {"S": format!("COMMAND#{id}")}, "id": {"S": id}, "kind": {"S": "put"},
            "user_id": {"S": "01JBN2V7Q4W0M3T9K5ZXH8R6CD"}, "number": {"S": "17"},
            "created_at": {"S": "2026-11-02T07:00:00Z"}})
    }

    #[test]
    fn expired_commands_sort_before_the_first_pending_one() {
        let person: UserId = "01JBN2V7Q4W0M3T9K5ZXH8R6CD".parse().unwrap();
        let id_of = |created_at: &str| {
            let created_at: Timestamp = created_at.parse().unwrap();
            let cause = EventId::generate(created_at, &SameByte(7));
            TerminalCommand::new(cause, 0, CommandKind::Put, (person, "17".parse().unwrap()), created_at).id
        };
        let first = first_pending("2026-11-02T08:00:00Z".parse().unwrap());
        assert!(id_of("2026-10-03T08:00:00Z") < first);
        assert!(first < id_of("2026-10-03T08:00:00.001Z"));
    }

    #[tokio::test(start_paused = true)]
    async fn pending_commands_take_one_query_that_leaves_out_expired_ones() {
        let items = ["1A1A55E0C8000007", "1A1A55E0C8000008"].map(stored);
        let body = json!({"Items": items, "LastEvaluatedKey": {"pk": {"S": "TERMINAL#1"}, "sk": {"S": "COMMAND#2"}}});
        let rule: Rule = mock!(Client::query)
            .match_requests(|request| {
                let is_first = |value: &AttributeValue| value.as_s().is_ok_and(|text| text == "COMMAND#1A100C6F001");
                request.expression_attribute_values().and_then(|values| values.get(":first")).is_some_and(is_first)
            })
            .sequence()
            .http_status(200, Some(body.to_string()))
            .build();
        let client: Client = mock_client!(aws_sdk_dynamodb, RuleMode::Sequential, [&rule]);
        let store = Store::new(client, "rollcall", Arc::new(SameByte(7)));
        let terminal: KioskId = "01JBN2V7Q4W0M3T9K5ZXH8R6KK".parse().unwrap();
        let pending = store.pending_commands(terminal, "2026-11-02T08:00:00Z".parse().unwrap()).await.unwrap();
        assert_eq!(pending.len(), 2);
        assert_eq!(rule.num_calls(), 1);
    }
}
