//! The connections that messages were dropped for, each of which is sent `resync` as soon as API Gateway takes it.
//!
//! They are known to the process alone. A connection whose process ends before has its board stale until the next change of
//! the same people, or until the client reads it again.

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

/// The pauses before each try: API Gateway's limit is one of calls a second.
const PAUSES: [Duration; 4] =
    [Duration::from_secs(1), Duration::from_secs(2), Duration::from_secs(4), Duration::from_secs(8)];

/// What connections are owed, by connection.
#[derive(Debug, Default)]
pub(crate) struct OwedResyncs(Mutex<BTreeMap<ConnectionId, Owed>>);

/// What one connection is owed.
#[derive(Debug, Clone)]
struct Owed {
    connection: Connection,
    /// Whether notifications were dropped too.
    notifications: bool,
}

impl OwedResyncs {
    /// Notes that messages to a connection were dropped.
    pub(crate) fn add(&self, connection: &Connection, notifications: bool) {
        let mut owed = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let of_connection = owed
            .entry(connection.id.clone())
            .or_insert_with(|| Owed { connection: connection.clone(), notifications: false });
        of_connection.notifications |= notifications;
    }

    /// Takes all of them out.
    fn take(&self) -> Vec<Owed> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner)).into_values().collect()
    }

    fn is_empty(&self) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).is_empty()
    }
}

impl Push {
    /// Sends the owed `resync` messages, with pauses between the tries. What can't be sent stays owed.
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
