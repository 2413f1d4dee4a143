//! Time to live: deletes expired items, by the stack's clock.
//!
//! `DynamoDB` takes up to days to delete an expired item, so every reader checks the expiry itself. One sweep a
//! minute is enough.

use std::{sync::Arc, time::Duration};

use domain::ports::Clock;
use tokio::sync::watch;

use crate::{aws::DynamoDb, clock::StackClock};

const PAUSE: Duration = Duration::from_mins(1);

/// Deletes expired items regularly until `ended` is set.
pub(crate) async fn sweep(tables: DynamoDb, clock: Arc<StackClock>, mut ended: watch::Receiver<bool>) {
    loop {
        tokio::select! {
            () = tokio::time::sleep(PAUSE) => {}
            _ = ended.changed() => return,
        }
        match tables.sweep(clock.now().as_second()).await {
            Ok(0) => {}
            Ok(swept) => tracing::debug!(swept, "expired items are gone"),
            Err(error) => tracing::warn!(%error, "can't sweep expired items"),
        }
    }
}
