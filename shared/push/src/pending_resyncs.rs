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
pub(crate) struct PendingResyncs(Mutex<BTreeMap<ConnectionId, PendingResync>>);

/// The pending `resync` message of one connection.
#[derive(Debug, Clone)]
struct PendingResync {
    connection: Connection,
    /// Whether notifications were dropped too.
    notifications: bool,
}

impl PendingResyncs {
    /// Records that messages to a connection were dropped.
    pub(crate) fn add(&self, connection: &Connection, notifications: bool) {
        let mut pending = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let of_connection = pending
            .entry(connection.id.clone())
            .or_insert_with(|| PendingResync { connection: connection.clone(), notifications: false });
        of_connection.notifications |= notifications;
    }

    /// Removes and returns all pending messages.
    fn take(&self) -> Vec<PendingResync> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner)).into_values().collect()
    }

    fn is_empty(&self) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).is_empty()
    }
}

impl Push {
    /// Sends the pending `resync` messages, with pauses between the attempts. Messages that can't be sent stay pending.
    pub(crate) async fn send_pending_resyncs(&self) -> Result<(), serde_json::Error> {
        for pause in PAUSES {
            if self.pending_resyncs.is_empty() {
                return Ok(());
            }
            tokio::time::sleep(pause).await;
            self.try_pending_resyncs().await?;
        }
        Ok(())
    }

    async fn try_pending_resyncs(&self) -> Result<(), serde_json::Error> {
        let mut resyncs = Vec::new();
        for PendingResync { connection, notifications } in self.pending_resyncs.take() {
            resyncs.push((connection, notifications, Message::resync(0, notifications, self.moment())?));
        }
        stream::iter(resyncs)
            .for_each_concurrent(CONCURRENCY, |(connection, notifications, resync)| async move {
                match self.send_all(&connection, &[resync]).await {
                    Sending::Done => {}
                    Sending::Dropped { .. } => self.pending_resyncs.add(&connection, notifications),
                }
            })
            .await;
        Ok(())
    }
}
