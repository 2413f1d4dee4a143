//! The way of a batch's deliveries: whose connections there are, which of them end, and what each of the others is sent.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    audit::Actor,
    id::{DepartmentId, EventId, UserId},
    language::Language,
    notification::{Delivery, PresenceChange},
};
use futures_util::{StreamExt, stream};
use jiff::{SignedDuration, Timestamp};
use store::{
    CommitError, Stamp, StoreError,
    connections::{Connection, ConnectionId},
};

use crate::{
    Message, Push, Sent,
    gather::{Gathered, News},
    message::Moment,
};

/// How many connections are sent to at the same time.
const AT_ONCE: usize = 32;

/// How many changes one message holds: each is some 140 bytes, and a message may have 128 KB.
const CHANGES: usize = 500;

/// A connection is known here before API Gateway has opened it, which is when `$connect` has answered. Until then it is
/// gone by all that can be told.
const OPENING: SignedDuration = SignedDuration::from_secs(30);

impl Push {
    /// Sends what is to be sent and closes what is to be closed. Fails only before anything was sent: doing it all again
    /// sends nothing twice.
    pub async fn deliver(&self, deliveries: Vec<Delivery>) -> Result<(), StoreError> {
        let gathered = Gathered::new(deliveries);
        let mut connections = self.store.connections_of(&gathered.people()).await?;
        let mut subscribers = BTreeMap::new();
        for department in gathered.to_departments.keys() {
            subscribers.insert(*department, self.all_subscribers(*department).await?);
        }

        let ends = |connection: &Connection| {
            gathered.hang_ups.get(&connection.user_id).is_some_and(|hang_up| hang_up.ends(connection.family_id))
        };
        let ended: Vec<Connection> = connections.extract_if(.., |connection| ends(connection)).collect();
        for subscribers in subscribers.values_mut() {
            subscribers.retain(|connection| !ends(connection));
        }
        self.hang_up(&ended).await?;

        let online: BTreeSet<UserId> = connections.iter().map(|connection| connection.user_id).collect();
        let languages = self.store.languages_of(&gathered.readers(&online)).await?;
        let messages = self.messages(gathered, &connections, &subscribers, &languages).map_err(unwritable)?;
        let all: BTreeMap<&ConnectionId, &Connection> = connections
            .iter()
            .chain(subscribers.values().flatten())
            .map(|connection| (&connection.id, connection))
            .collect();
        let sending = messages.iter().filter_map(|(id, messages)| Some((*all.get(id)?, messages)));
        stream::iter(sending)
            .for_each_concurrent(AT_ONCE, |(connection, messages)| self.send_all(connection, messages))
            .await;
        Ok(())
    }

    /// Closes connections, and forgets them.
    pub async fn hang_up(&self, connections: &[Connection]) -> Result<(), StoreError> {
        for connection in connections {
            // The table last: a failure leaves it there to be found again.
            if !self.gateway.close(&connection.id).await {
                return Err(StoreError::Unavailable("a connection can't be closed".to_owned()));
            }
            self.forget(connection).await?;
        }
        Ok(())
    }

    /// Closes a connection that is out of the table already, as well as it can be done.
    pub async fn close(&self, connection: &Connection) {
        self.gateway.close(&connection.id).await;
    }

    /// Sends messages to one connection in their order.
    pub async fn send_all(&self, connection: &Connection, messages: &[Message]) {
        for message in messages {
            match self.gateway.post(&connection.id, message.text()).await {
                Sent::Sent => {}
                Sent::Gone => {
                    let opening = self.clock.now().duration_since(connection.connected_at) < OPENING;
                    if !opening && let Err(error) = self.forget(connection).await {
                        tracing::warn!(%error, "a connection that is gone can't be removed");
                    }
                    return;
                }
                Sent::Failed => {
                    // It would not know that it missed something. Closed, it comes back and resumes.
                    self.gateway.close(&connection.id).await;
                    return;
                }
            }
        }
    }

    /// The present instant, as messages tell it.
    pub fn moment(&self) -> Moment<'_> {
        Moment::new(self.clock.now(), &*self.entropy)
    }

    /// What each connection is sent, in order.
    fn messages(
        &self,
        gathered: Gathered,
        connections: &[Connection],
        subscribers: &BTreeMap<DepartmentId, Vec<Connection>>,
        languages: &BTreeMap<UserId, Language>,
    ) -> Result<BTreeMap<ConnectionId, Vec<Message>>, serde_json::Error> {
        let mut messages: BTreeMap<ConnectionId, Vec<Message>> = BTreeMap::new();
        for (person, news) in gathered.to_people {
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
        for (department, changes) in gathered.to_departments {
            let Some(subscribers) = subscribers.get(&department).filter(|subscribers| !subscribers.is_empty()) else {
                continue;
            };
            let changes: Vec<PresenceChange> = changes.into_values().collect();
            for changes in changes.chunks(CHANGES) {
                let message = Message::presence(changes.to_vec(), self.moment())?;
                for connection in subscribers {
                    messages.entry(connection.id.clone()).or_default().push(message.clone());
                }
            }
        }
        Ok(messages)
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
            // Others have forgotten it meanwhile.
            Ok(()) | Err(CommitError::Lost(_)) => Ok(()),
            Err(CommitError::Store(error)) => Err(error),
        }
    }

    fn stamp(&self, at: Timestamp) -> Stamp {
        Stamp { event_id: EventId::generate(at, &*self.entropy), at, actor: Actor::System, request_id: None }
    }
}

fn unwritable(error: serde_json::Error) -> StoreError {
    StoreError::Unwritable(error.to_string())
}
