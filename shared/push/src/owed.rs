//! The connections with dropped messages. Each gets a `resync` message as soon as API Gateway accepts it.
//!
//! Only the process knows these connections. If the process ends first, the client's board is out of date until the same people
//! change again, or until the client reads the board.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use futures_util::{StreamExt, stream};
use store::connections::{Connection, ConnectionId};

use crate::{
    Message, Push,
    deliver::{CONCURRENCY, Sending},
};

/// The pauses before each attempt: API Gateway limits the calls per second.
const PAUSES: [Duration; 4] =
    [Duration::from_secs(1), Duration::from_secs(2), Duration::from_secs(4), Duration::from_secs(8)];

/// The pending `resync` messages, by connection.
#[derive(Debug, Default)]
pub(crate) struct OwedResyncs(Mutex<BTreeMap<ConnectionId, Owed>>);

/// The pending `resync` message of one connection.
#[derive(Debug, Clone)]
struct Owed {
    connection: Connection,
    /// Whether notifications were dropped too.
    notifications: bool,
}

impl OwedResyncs {
    /// Records that messages to a connection were dropped.
    pub(crate) fn add(&self, connection: &Connection, notifications: bool) {
        let mut owed = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let of_connection = owed
            .entry(connection.id.clone())
            .or_insert_with(|| Owed { connection: connection.clone(), notifications: false });
        of_connection.notifications |= notifications;
    }

    /// Removes and returns all pending messages.
    fn take(&self) -> Vec<Owed> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner)).into_values().collect()
    }

    fn is_empty(&self) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).is_empty()
    }
}

impl Push {
    /// Sends the pending `resync` messages, with pauses between the attempts. Messages that can't be sent stay pending.
    pub(crate) async fn send_owed(&self) -> Result<(), serde_json::Error> {
        for pause in PAUSES {
            if self.owed.is_empty() {
                return Ok(());
            }
            tokio::time::sleep(pause).await;
            self.try_owed().await?;
        }
        Ok(())
    }

    async fn try_owed(&self) -> Result<(), serde_json::Error> {
        let mut resyncs = Vec::new();
        for Owed { connection, notifications } in self.owed.take() {
            resyncs.push((connection, notifications, Message::resync(0, notifications, self.moment())?));
        }
        stream::iter(resyncs)
            .for_each_concurrent(CONCURRENCY, |(connection, notifications, resync)| async move {
                match self.send_all(&connection, &[resync]).await {
                    Sending::Done => {}
                    Sending::Dropped { .. } => self.owed.add(&connection, notifications),
                }
            })
            .await;
        Ok(())
    }
}
