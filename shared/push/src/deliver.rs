//! Delivers the messages of a batch: finds the open connections, closes those that end, and sends messages to the others.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use domain::{
    audit::Actor,
    id::{DepartmentId, EventId, UserId},
    language::Language,
    notification::{Delivery, PresenceChange},
};
use futures_util::{StreamExt, TryStreamExt, stream};
use jiff::{SignedDuration, Timestamp};
use store::{
    CommitError, Stamp, StoreError,
    connections::{Connection, ConnectionId},
};

use crate::{
    Kind, Message, Push, Sent,
    gather::{Changes, Gathered, News},
    message::Moment,
};

/// The number of connections that messages are sent to at the same time.
pub(crate) const CONCURRENCY: usize = 32;

/// The number of departments whose connections are read at the same time.
pub(crate) const DEPARTMENTS_AT_ONCE: usize = 8;

/// The number of watched presence changes in a batch at which the push is under load, and the number of messages, if there is any
/// such change. Under load, the next batch waits, and the shards of the stream exchange their changes (`exchange.rs`), so that one
/// message contains more changes.
const LOADED_FROM: (usize, usize) = (50, 500);

/// The minimum and the maximum time for which changes are collected under load.
const GATHERED_FOR: (Duration, Duration) = (Duration::from_secs(2), Duration::from_secs(5));

/// The number of messages in a batch that adds a second to that time.
const MESSAGES_PER_SECOND: usize = 1000;

/// The maximum number of changes in a message: each takes about 140 bytes, and a message may have 128 KB.
const CHANGES: usize = 500;

/// The time for which a connection may be opening. The table knows a connection before API Gateway has opened it, which happens
/// when `$connect` responds. Until then, API Gateway reports the connection as gone.
const OPENING: SignedDuration = SignedDuration::from_secs(30);

/// The result of sending messages to one connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sending {
    /// The messages were sent, or the connection is gone.
    Done,
    /// API Gateway throttled the calls, so the remaining messages were dropped.
    Dropped {
        /// Whether a notification was dropped.
        notifications: bool,
    },
}

/// Returns the minimum time for a batch: zero, or under load two to five seconds, depending on the number of messages. Messages
/// without a change of presence can't be combined with later ones, so they aren't held up.
fn gathering_time(changes: usize, messages: usize) -> Duration {
    let (many_changes, many_messages) = LOADED_FROM;
    if changes == 0 || (changes < many_changes && messages < many_messages) {
        return Duration::ZERO;
    }
    let (least, most) = GATHERED_FOR;
    let more = u64::try_from(messages / MESSAGES_PER_SECOND).unwrap_or(u64::MAX);
    least.saturating_add(Duration::from_secs(more)).min(most)
}

impl Push {
    /// Sends the messages of deliveries and closes the connections that end. Everything that is read, is read before the first message
    /// is sent, so a call that is repeated after a failure of the table sends nothing twice.
    ///
    /// Under load, the call takes two to five seconds, in which the stream collects changes for the next batch, and the shards of
    /// the stream exchange the changes of each department.
    pub async fn deliver(&self, deliveries: Vec<Delivery>) -> Result<(), StoreError> {
        let mut gathered = Gathered::new(deliveries);
        let mut connections = self.store.connections_of(&gathered.people()).await?;
        let departments: Vec<DepartmentId> = gathered.to_departments.keys().copied().collect();
        let mut subscribers: BTreeMap<DepartmentId, Vec<Connection>> = stream::iter(departments)
            .map(|department| async move { Ok::<_, StoreError>((department, self.all_subscribers(department).await?)) })
            .buffer_unordered(DEPARTMENTS_AT_ONCE)
            .try_collect()
            .await?;

        let ends = |connection: &Connection| {
            gathered.ended_sessions.get(&connection.user_id).is_some_and(|ended| ended.ends(connection.family_id))
        };
        let ended: Vec<Connection> = connections.extract_if(.., |connection| ends(connection)).collect();
        for subscribers in subscribers.values_mut() {
            subscribers.retain(|connection| !ends(connection));
        }
        self.close_connections(&ended).await?;

        let online: BTreeSet<UserId> = connections.iter().map(|connection| connection.user_id).collect();
        let languages = self.store.languages_of(&gathered.readers(&online)).await?;
        let changes = keep_watched(&mut gathered.to_departments, &subscribers);
        let time = gathering_time(changes, message_count(&gathered, &connections, &subscribers));
        let exchanged = if time.is_zero() { BTreeMap::new() } else { std::mem::take(&mut gathered.to_departments) };
        let mut messages = self.messages_to_people(gathered.to_people, &connections, &languages).map_err(unwritable)?;
        self.add_presence(&mut messages, gathered.to_departments, &subscribers).map_err(unwritable)?;
        let all: BTreeMap<&ConnectionId, &Connection> = connections
            .iter()
            .chain(subscribers.values().flatten())
            .map(|connection| (&connection.id, connection))
            .collect();
        let presence = async {
            let mut messages = BTreeMap::new();
            if !exchanged.is_empty() {
                let exchanged = self.exchanged(exchanged).await;
                self.add_presence(&mut messages, exchanged, &subscribers)?;
                self.send_messages(&all, &messages).await;
            }
            Ok::<(), serde_json::Error>(())
        };
        let ((), sent, ()) = tokio::join!(self.send_messages(&all, &messages), presence, tokio::time::sleep(time));
        sent.map_err(unwritable)?;
        self.send_pending_resyncs().await.map_err(unwritable)
    }

    /// Sends each connection its messages in their order.
    async fn send_messages(
        &self,
        all: &BTreeMap<&ConnectionId, &Connection>,
        messages: &BTreeMap<ConnectionId, Vec<Message>>,
    ) {
        let mut sending = Vec::new();
        for (id, messages) in messages {
            sending.extend(all.get(id).map(|connection| self.send_or_defer(connection, messages)));
        }
        stream::iter(sending).buffer_unordered(CONCURRENCY).collect::<Vec<()>>().await;
    }

    /// Sends messages to one connection, and records whether some were dropped.
    async fn send_or_defer(&self, connection: &Connection, messages: &[Message]) {
        match self.send_all(connection, messages).await {
            Sending::Done => {}
            Sending::Dropped { notifications } => self.pending_resyncs.add(connection, notifications),
        }
    }

    /// Closes connections and deletes them from the table.
    pub async fn close_connections(&self, connections: &[Connection]) -> Result<(), StoreError> {
        for connection in connections {
            // The table comes last: after a failure, the connection is found there again.
            if !self.gateway.close(&connection.id).await {
                return Err(StoreError::Unavailable("a connection can't be closed".to_owned()));
            }
            self.forget(connection).await?;
        }
        Ok(())
    }

    /// Closes a connection that is already deleted from the table. Errors are ignored.
    pub async fn close(&self, connection: &Connection) {
        self.gateway.close(&connection.id).await;
    }

    /// Sends messages to one connection in their order.
    pub async fn send_all(&self, connection: &Connection, messages: &[Message]) -> Sending {
        for (place, message) in messages.iter().enumerate() {
            match self.gateway.post(&connection.id, message).await {
                Sent::Sent => {}
                Sent::Throttled => {
                    let mut dropped = messages.iter().skip(place);
                    return Sending::Dropped {
                        notifications: dropped.any(|message| message.kind() == Kind::Notification),
                    };
                }
                Sent::Gone => {
                    let opening = self.clock.now().duration_since(connection.connected_at) < OPENING;
                    if !opening && let Err(error) = self.forget(connection).await {
                        tracing::warn!(%error, "a connection that is gone can't be removed");
                    }
                    return Sending::Done;
                }
                Sent::Failed => {
                    // The client would not notice the missing message. After the connection closes, the client reconnects and
                    // resumes.
                    self.gateway.close(&connection.id).await;
                    return Sending::Done;
                }
            }
        }
        Sending::Done
    }

    /// Returns the current time in the form that messages need.
    pub fn moment(&self) -> Moment<'_> {
        Moment::new(self.clock.now(), &*self.entropy)
    }

    /// Returns the messages of people for each of their connections, in order.
    fn messages_to_people(
        &self,
        to_people: BTreeMap<UserId, Vec<News>>,
        connections: &[Connection],
        languages: &BTreeMap<UserId, Language>,
    ) -> Result<BTreeMap<ConnectionId, Vec<Message>>, serde_json::Error> {
        let mut messages: BTreeMap<ConnectionId, Vec<Message>> = BTreeMap::new();
        for (person, news) in to_people {
            let theirs: Vec<&Connection> =
                connections.iter().filter(|connection| connection.user_id == person).collect();
            if theirs.is_empty() {
                continue;
            }
            for news in news {
                let message = match news {
                    News::Notification(note) => {
                        let language = languages.get(&person).copied().unwrap_or_default();
                        Message::notification(*note, None, language)?
                    }
                    News::Day(line) => Message::day(*line, self.moment())?,
                };
                for connection in &theirs {
                    messages.entry(connection.id.clone()).or_default().push(message.clone());
                }
            }
        }
        Ok(messages)
    }

    /// Adds the changes of departments to the messages of their subscribers.
    fn add_presence(
        &self,
        messages: &mut BTreeMap<ConnectionId, Vec<Message>>,
        departments: BTreeMap<DepartmentId, Changes>,
        subscribers: &BTreeMap<DepartmentId, Vec<Connection>>,
    ) -> Result<(), serde_json::Error> {
        for (department, changes) in departments {
            let changes: Vec<PresenceChange> = changes.into_values().collect();
            for changes in changes.chunks(CHANGES) {
                let message = Message::presence(changes.to_vec(), self.moment())?;
                for connection in subscribers.get(&department).into_iter().flatten() {
                    messages.entry(connection.id.clone()).or_default().push(message.clone());
                }
            }
        }
        Ok(())
    }

    async fn all_subscribers(&self, department: DepartmentId) -> Result<Vec<Connection>, StoreError> {
        let (mut all, mut next) = self.store.subscribers(department, None).await?;
        while next.is_some() {
            let (more, after) = self.store.subscribers(department, next).await?;
            all.extend(more);
            next = after;
        }
        Ok(all)
    }

    async fn forget(&self, connection: &Connection) -> Result<(), StoreError> {
        match self.store.forget_connection(self.stamp(self.clock.now()), connection).await {
            // Another run has deleted the connection meanwhile.
            Ok(()) | Err(CommitError::ConditionFailed(_)) => Ok(()),
            Err(CommitError::Store(error)) => Err(error),
        }
    }

    fn stamp(&self, at: Timestamp) -> Stamp {
        Stamp { event_id: EventId::generate(at, &*self.entropy), at, actor: Actor::System, request_id: None }
    }
}

/// Removes the changes of departments that nobody watches, and returns the number of changes that are left. So a batch without
/// watchers, such as the days of a night's `open-day`, holds up nothing.
fn keep_watched(
    departments: &mut BTreeMap<DepartmentId, Changes>,
    subscribers: &BTreeMap<DepartmentId, Vec<Connection>>,
) -> usize {
    departments.retain(|department, _| subscribers.get(department).is_some_and(|them| !them.is_empty()));
    departments.values().map(BTreeMap::len).sum()
}

/// Returns the number of messages that deliveries would make.
fn message_count(
    gathered: &Gathered,
    connections: &[Connection],
    subscribers: &BTreeMap<DepartmentId, Vec<Connection>>,
) -> usize {
    let news = |connection: &Connection| gathered.to_people.get(&connection.user_id).map_or(0, Vec::len);
    let to_people: usize = connections.iter().map(news).sum();
    let to_department = |(department, changes): (&DepartmentId, &Changes)| {
        subscribers.get(department).map_or(0, Vec::len) * changes.len().div_ceil(CHANGES)
    };
    to_people + gathered.to_departments.iter().map(to_department).sum::<usize>()
}

fn unwritable(error: serde_json::Error) -> StoreError {
    StoreError::Unwritable(error.to_string())
}

#[cfg(test)]
mod tests {
    use domain::{calendar::Zone, day::PresenceKind};

    use super::*;

    const MARIA: &str = "01JBN2V7Q4W0M3T9K5ZXH8R6CD";

    #[test]
    fn only_departments_with_connections_count_as_load() {
        let [watched, empty, unknown]: [DepartmentId; 3] =
            ["1", "2", "3"].map(|last| format!("01JBN2V7Q4W0M3T9K5ZXH8R6C{last}").parse().unwrap());
        let change = PresenceChange {
            user_id: MARIA.parse().unwrap(),
            presence: PresenceKind::Working,
            at: Timestamp::UNIX_EPOCH,
            zone: Zone::UTC,
            version: 1,
        };
        let changes = Changes::from([(change.user_id, change)]);
        let connection = Connection {
            id: ConnectionId::new("one"),
            user_id: MARIA.parse().unwrap(),
            family_id: MARIA.parse().unwrap(),
            department_id: Some(watched),
            connected_at: Timestamp::UNIX_EPOCH,
        };
        let subscribers = BTreeMap::from([(watched, vec![connection]), (empty, Vec::new())]);
        let mut departments = [watched, empty, unknown].map(|department| (department, changes.clone())).into();
        assert_eq!(keep_watched(&mut departments, &subscribers), 1);
        assert_eq!(departments, BTreeMap::from([(watched, changes)]));
        assert_eq!(keep_watched(&mut departments, &BTreeMap::new()), 0);
    }

    #[test]
    fn presence_is_gathered_for_two_to_five_seconds_under_load() {
        for (changes, messages, seconds) in
            [(0, 5000, 0), (49, 499, 0), (50, 10, 2), (1, 500, 2), (50, 1000, 3), (200, 2500, 4), (500, 10_000, 5)]
        {
            assert_eq!(gathering_time(changes, messages), Duration::from_secs(seconds), "{changes} {messages}");
        }
    }
}
