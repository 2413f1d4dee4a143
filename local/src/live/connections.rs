//! The open connections, by id.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use domain::ports::Clock;
use jiff::{SignedDuration, Timestamp};
use tokio::sync::mpsc::{self, error::TrySendError};

use crate::clock::StackClock;

/// The maximum lifetime of a connection, even if it is active, by the stack's clock.
const LIFETIME: SignedDuration = SignedDuration::from_hours(2);

/// The maximum number of messages that wait for a slow client.
const WAITING: usize = 1024;

/// The open connections.
#[derive(Debug)]
pub(crate) struct Connections {
    open: Mutex<HashMap<String, Open>>,
    clock: Arc<StackClock>,
}

/// The client of a connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Peer {
    pub(super) source: String,
    pub(super) user_agent: String,
}

/// An open connection.
#[derive(Debug)]
struct Open {
    /// The sender of outgoing messages. Dropping it closes the connection once all messages are sent.
    outgoing: mpsc::Sender<String>,
    connected_at: Timestamp,
    last_active_at: Timestamp,
    peer: Peer,
}

/// The result of sending a message.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Posted {
    Sent,
    Gone,
    /// Too many messages wait, because the client reads too slowly.
    Full,
}

/// The details that `GET /@connections/{id}` returns.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Described {
    pub(super) connected_at: Timestamp,
    pub(super) last_active_at: Timestamp,
    pub(super) peer: Peer,
}

impl Connections {
    pub(crate) fn new(clock: Arc<StackClock>) -> Self {
        Self { open: Mutex::default(), clock }
    }

    /// Adds a connection, and returns the receiver of its outgoing messages.
    pub(super) fn register(&self, id: &str, connected_at: Timestamp, peer: Peer) -> mpsc::Receiver<String> {
        let (outgoing, sent) = mpsc::channel(WAITING);
        let open = Open { outgoing, connected_at, last_active_at: connected_at, peer };
        self.all().insert(id.to_owned(), open);
        sent
    }

    /// Sends a text to a connection.
    pub(super) fn post(&self, id: &str, text: String) -> Posted {
        let now = self.clock.now();
        let mut all = self.living(id, now);
        let Some(open) = all.get_mut(id) else { return Posted::Gone };
        open.last_active_at = now;
        match open.outgoing.try_send(text) {
            Ok(()) => Posted::Sent,
            Err(TrySendError::Full(_)) => Posted::Full,
            Err(TrySendError::Closed(_)) => Posted::Gone,
        }
    }

    /// Returns the details of a connection.
    pub(super) fn describe(&self, id: &str) -> Option<Described> {
        let all = self.living(id, self.clock.now());
        let Open { connected_at, last_active_at, peer, .. } = all.get(id)?;
        Some(Described { connected_at: *connected_at, last_active_at: *last_active_at, peer: peer.clone() })
    }

    /// Records that a message came in.
    pub(super) fn touch(&self, id: &str) {
        let now = self.clock.now();
        if let Some(open) = self.all().get_mut(id) {
            open.last_active_at = now;
        }
    }

    /// Closes a connection once all messages are sent. Returns `false` if there is no such connection.
    pub(super) fn close(&self, id: &str) -> bool {
        self.all().remove(id).is_some()
    }

    /// Closes the connections that have reached their maximum lifetime.
    pub(super) fn end_old(&self) {
        let now = self.clock.now();
        self.all().retain(|_, open| open.is_young(now));
    }

    /// Returns all connections, without the given one if it has reached its maximum lifetime.
    fn living(&self, id: &str, now: Timestamp) -> MutexGuard<'_, HashMap<String, Open>> {
        let mut all = self.all();
        if all.get(id).is_some_and(|open| !open.is_young(now)) {
            all.remove(id);
        }
        all
    }

    fn all(&self) -> MutexGuard<'_, HashMap<String, Open>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Open {
    fn is_young(&self, now: Timestamp) -> bool {
        now.duration_since(self.connected_at) < LIFETIME
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn connections(clock: &Arc<StackClock>) -> (Connections, mpsc::Receiver<String>) {
        let connections = Connections::new(Arc::clone(clock));
        let peer = Peer { source: "127.0.0.1".to_owned(), user_agent: String::new() };
        let sent = connections.register("a", clock.now(), peer);
        (connections, sent)
    }

    #[tokio::test]
    async fn what_is_posted_is_sent_in_its_order_before_the_connection_closes() {
        let clock = Arc::new(StackClock::new(Some(Timestamp::UNIX_EPOCH)));
        let (connections, mut sent) = connections(&clock);
        assert_eq!(connections.post("a", "1".to_owned()), Posted::Sent);
        assert_eq!(connections.post("a", "2".to_owned()), Posted::Sent);
        assert!(connections.close("a"));
        assert_eq!(connections.post("a", "3".to_owned()), Posted::Gone);
        assert!(!connections.close("a"));
        assert_eq!((sent.recv().await.as_deref(), sent.recv().await.as_deref()), (Some("1"), Some("2")));
        assert_eq!(sent.recv().await, None);
    }

    #[test]
    fn after_two_hours_a_connection_is_gone() {
        let clock = Arc::new(StackClock::new(Some(Timestamp::UNIX_EPOCH)));
        let (connections, _sent) = connections(&clock);
        clock.set(Some(Timestamp::from_second(2 * 3600 - 1).unwrap()));
        connections.end_old();
        assert!(connections.describe("a").is_some());
        clock.set(Some(Timestamp::from_second(2 * 3600).unwrap()));
        assert_eq!(connections.post("a", "1".to_owned()), Posted::Gone);
        assert!(!connections.close("a"));
    }

    #[test]
    fn a_full_queue_of_a_slow_reader_takes_no_more_messages() {
        let clock = Arc::new(StackClock::new(None));
        let (connections, _sent) = connections(&clock);
        for _ in 0..WAITING {
            assert_eq!(connections.post("a", String::new()), Posted::Sent);
        }
        assert_eq!(connections.post("a", String::new()), Posted::Full);
    }
}
