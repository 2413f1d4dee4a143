//! How old the news is that the stream's readers are at, so that those who write can wait for them.
//!
//! `DynamoDB` and Lambda serve readers and writers apart from each other. Here they share a processor, and readers take
//! one batch after the other: hundreds of writers would leave them ever further behind.

use std::{collections::BTreeMap, time::Duration};

use domain::ports::Clock;
use runtime::system::SystemClock;
use tokio::sync::watch;

/// How old the oldest record of a batch may be while it is handed over, besides the time that it may wait for others.
const MAX_AGE: Duration = Duration::from_secs(2);

/// The batches that readers are at: by reader, the second since 1970 by which the batch should be done.
#[derive(Debug, Default)]
pub(super) struct Backlog(watch::Sender<BTreeMap<String, i64>>);

impl Backlog {
    /// A reader hands a batch over, whose oldest record was written in the second `created_at` and may have waited for
    /// others as long as `window`.
    pub(super) fn begin(&self, reader: &str, created_at: i64, window: Duration) {
        let due = created_at.saturating_add_unsigned((MAX_AGE + window).as_secs());
        self.0.send_modify(|due_by_reader| {
            due_by_reader.insert(reader.to_owned(), due);
        });
    }

    /// A reader has read everything, or can't do what it is at: nobody need wait for it.
    pub(super) fn end(&self, reader: &str) {
        self.0.send_if_modified(|due_by_reader| due_by_reader.remove(reader).is_some());
    }

    /// Waits until no reader is behind.
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
