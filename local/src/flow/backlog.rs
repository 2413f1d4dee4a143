//! The lag of the stream's readers, so that writers can wait for them.
//!
//! `DynamoDB` and Lambda serve readers and writers independently. Here they share a processor, and each reader
//! handles one batch at a time. Hundreds of writers would make the readers fall further and further behind.

use std::{collections::BTreeMap, time::Duration};

use domain::ports::Clock;
use runtime::system::SystemClock;
use tokio::sync::watch;

/// The maximum age of the oldest record in a batch that is being handled, in addition to the batching window.
const MAX_AGE: Duration = Duration::from_secs(2);

/// The batches that readers are handling: by reader, the time by which the batch should be done, in seconds since
/// 1970.
#[derive(Debug, Default)]
pub(super) struct Backlog(watch::Sender<BTreeMap<String, i64>>);

impl Backlog {
    /// Records that a reader begins a batch. The oldest record of the batch was written in the second `created_at`.
    /// It may have waited for other records for as long as `window`.
    pub(super) fn begin(&self, reader: &str, created_at: i64, window: Duration) {
        let due = created_at.saturating_add_unsigned((MAX_AGE + window).as_secs());
        self.0.send_modify(|due_by_reader| {
            due_by_reader.insert(reader.to_owned(), due);
        });
    }

    /// Records that a reader has read everything or can't handle its batch, so that writers don't wait for it.
    pub(super) fn end(&self, reader: &str) {
        self.0.send_if_modified(|due_by_reader| due_by_reader.remove(reader).is_some());
    }

    /// Waits until no reader lags behind.
    pub(super) async fn is_short(&self) {
        let is_short = |due_by_reader: &BTreeMap<String, i64>| {
            let now = SystemClock.now().as_second();
            due_by_reader.values().all(|due| now < *due)
        };
        // The sender lives as long as `self`.
        let _ = self.0.subscribe().wait_for(is_short).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_writer_waits_until_no_reader_is_behind() {
        let backlog = Backlog::default();
        let is_short = async || {
            tokio::select! {
                biased;
                () = backlog.is_short() => true,
                () = std::future::ready(()) => false,
            }
        };
        let now = SystemClock.now().as_second();
        backlog.begin("notify", now, Duration::from_hours(1));
        assert!(is_short().await, "its records may still wait for others");
        backlog.begin("notify", now - 60, Duration::ZERO);
        backlog.begin("relay", now - 60, Duration::from_secs(1));
        backlog.end("notify");
        assert!(!is_short().await, "relay is behind");
        backlog.end("relay");
        assert!(is_short().await);
    }
}
