//! A reader of the table's stream that works like an event source mapping of Lambda. It reads filtered batches one
//! after another, retries each batch until it is handled or given up, and keeps its position across restarts.

use std::{collections::VecDeque, sync::Arc, time::Duration};

use domain::ports::Clock;
use runtime::system::SystemClock;
use serde_json::{Value, json};
use tokio::sync::watch;

use super::{
    backlog::Backlog,
    dead_letters::DeadLetters,
    functions::Functions,
    pattern::Pattern,
    positions::Positions,
    records::{Record, Stream},
};
use crate::{
    aws::stream::{StreamRecord, sequence_number},
    template::StreamSource,
};

/// The pause after the first failure of a batch. The pause doubles with each failure.
const PAUSE: Duration = Duration::from_millis(5);
/// The time without writes after which positions are saved.
const SAVE_DELAY: Duration = Duration::from_millis(200);
/// The maximum pause.
const LONGEST_PAUSE: Duration = Duration::from_millis(500);

/// A reader of the stream.
pub(super) struct Reader {
    pub(super) source: StreamSource,
    pub(super) stream: Stream,
    pub(super) functions: Arc<Functions>,
    pub(super) positions: Arc<Positions>,
    pub(super) backlog: Arc<Backlog>,
    pub(super) dead_letters: Arc<DeadLetters>,
    /// Changes when the table is written to.
    pub(super) written: watch::Receiver<u64>,
    /// The number of callers that wait for the flow to settle. If there are any, batches don't wait for more records.
    pub(super) hurry: watch::Receiver<usize>,
    pub(super) ended: watch::Receiver<bool>,
}

/// Records that are passed to the function together.
struct Batch {
    records: Vec<Record>,
    failures: u32,
}

/// The result of an invocation with a batch.
enum Outcome {
    Done,
    /// The records from that index on must be retried.
    From(usize),
    Failed(String),
}

impl Reader {
    /// Reads until the stack ends.
    pub(super) async fn read(mut self) {
        loop {
            let seen = *self.written.borrow_and_update();
            let read = self.read_to_the_end().await;
            self.backlog.end(&self.source.function);
            let has_failed = read.is_err();
            if let Err(error) = read {
                tracing::error!(function = self.source.function, error, "can't read the stream");
            }
            if *self.ended.borrow() {
                self.positions.save();
                return;
            }
            // Records that were written in the meantime are read at once.
            if *self.written.borrow() != seen {
                continue;
            }
            tokio::select! {
                changed = self.written.changed() => if changed.is_err() { return },
                _ = self.ended.changed() => {
                    self.positions.save();
                    return;
                }
                () = tokio::time::sleep(SAVE_DELAY), if self.positions.are_unsaved() => self.positions.save(),
                // Otherwise what is there already would wait for the next write.
                () = tokio::time::sleep(LONGEST_PAUSE), if has_failed => {}
            }
        }
    }

    /// Handles all records that are available.
    async fn read_to_the_end(&mut self) -> Result<(), String> {
        let mut waiting: VecDeque<Record> = VecDeque::new();
        // The last record that was read, whether or not it passed the filters.
        let mut seen = self.positions.of(&self.source.function);
        let mut has_waited = self.source.window.is_zero();
        loop {
            if *self.ended.borrow() {
                return Ok(());
            }
            if waiting.len() < self.source.batch_size {
                let found = self.stream.after(seen.as_deref()).await?;
                let is_end = found.is_empty();
                seen = found.last().map(|record| sequence_number(record.number)).or(seen);
                waiting.extend(found.iter().filter_map(|record| self.wanted(record)));
                if is_end && waiting.is_empty() {
                    self.positions.set(&self.source.function, seen);
                    return Ok(());
                }
                if !is_end {
                    continue;
                }
                if !has_waited {
                    self.wait_for_more().await;
                    has_waited = true;
                    continue;
                }
            }
            has_waited = self.source.window.is_zero();
            let size = waiting.len().min(self.source.batch_size);
            let batch: Vec<Record> = waiting.drain(..size).collect();
            let last = batch.last().map(|record| record.sequence_number().to_owned());
            self.hand_over(batch).await;
            // A batch that the end of the stack interrupted is read again after the next start.
            if *self.ended.borrow() {
                return Ok(());
            }
            self.positions.set(&self.source.function, if waiting.is_empty() { seen.clone() } else { last });
        }
    }

    /// Waits for more records for as long as the batching window, unless a caller waits for the flow to settle.
    async fn wait_for_more(&mut self) {
        let hurried = self.hurry.wait_for(|waiting| *waiting > 0);
        tokio::select! {
            () = tokio::time::sleep(self.source.window) => {}
            _ = hurried => {}
            _ = self.ended.changed() => {}
        }
    }

    /// Returns a record in the form in which the function gets it, if a filter wants it.
    fn wanted(&self, record: &StreamRecord) -> Option<Record> {
        let filters = &self.source.filters;
        if filters.is_empty() {
            return Some(Record::new(record));
        }
        // Most records are none of the reader's, and the texts of their images are long.
        let (by_images, by_keys): (Vec<_>, Vec<_>) = filters.iter().partition(|filter| reads_images(filter));
        let outline = record.outline();
        if by_keys.iter().any(|filter| filter.matches(&outline)) {
            return Some(Record::new(record));
        }
        if by_images.is_empty() {
            return None;
        }
        Some(Record::new(record)).filter(|record| by_images.iter().any(|filter| filter.matches(record.json())))
    }

    /// Handles a batch until each of its records is done or given up.
    async fn hand_over(&mut self, records: Vec<Record>) {
        let mut batches = VecDeque::from([Batch { records, failures: 0 }]);
        while let Some(mut batch) = batches.pop_front() {
            if *self.ended.borrow() {
                return;
            }
            self.give_up_old(&mut batch);
            if batch.records.is_empty() {
                continue;
            }
            if let (Some(oldest), 0) = (batch.records.first(), batch.failures) {
                self.backlog.begin(&self.source.function, oldest.created_at(), self.source.window);
            }
            match self.invoke(&batch).await {
                Outcome::Done => {}
                Outcome::From(0) => batches.go_first(self.failed(batch, "it did nothing of the batch", false).await),
                Outcome::From(index) => {
                    let records = batch.records.split_off(index);
                    batches.push_front(Batch { records, failures: 0 });
                }
                Outcome::Failed(error) => batches.go_first(self.failed(batch, &error, true).await),
            }
        }
    }

    /// Returns the batches that are left to do after a batch failed.
    async fn failed(&mut self, mut batch: Batch, error: &str, splits: bool) -> Vec<Batch> {
        tracing::warn!(function = self.source.function, records = batch.records.len(), error, "a batch failed");
        if splits && self.source.bisects && batch.records.len() > 1 {
            // Splitting a batch doesn't count as a retry.
            let second = batch.records.split_off(batch.records.len().div_ceil(2));
            return vec![batch, Batch { records: second, failures: 0 }];
        }
        batch.failures += 1;
        // The failure isn't a lag, so writers don't wait for this reader.
        self.backlog.end(&self.source.function);
        if self.source.retries.is_some_and(|retries| batch.failures > retries) {
            self.give_up(&batch.records, "RetryAttemptsExhausted", batch.failures);
            return Vec::new();
        }
        let pause = PAUSE.saturating_mul(1 << batch.failures.min(10)).min(LONGEST_PAUSE);
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            _ = self.ended.changed() => {}
        }
        vec![batch]
    }

    async fn invoke(&self, batch: &Batch) -> Outcome {
        let records: Vec<&Value> = batch.records.iter().map(Record::json).collect();
        let answer = match self.functions.invoke(&self.source.function, json!({"Records": records})).await {
            Ok(answer) => answer,
            Err(error) => return Outcome::Failed(error),
        };
        if !self.source.reports_failures {
            return Outcome::Done;
        }
        // As in Lambda, a missing or empty list is a success. A list that names no record of the batch is a failure
        // of the whole batch.
        let failures = &answer["batchItemFailures"];
        if failures.is_null() {
            return Outcome::Done;
        }
        let Some(failures) = failures.as_array() else {
            return Outcome::Failed(format!("it answered {failures}"));
        };
        let mut first = None;
        for failure in failures {
            let number = failure["itemIdentifier"].as_str().unwrap_or_default();
            let Some(index) = batch.records.iter().position(|record| record.sequence_number() == number) else {
                return Outcome::Failed(format!("it answered {failure}, which is no record of the batch"));
            };
            first = Some(first.map_or(index, |first: usize| first.min(index)));
        }
        first.map_or(Outcome::Done, Outcome::From)
    }

    fn give_up_old(&self, batch: &mut Batch) {
        let Some(age) = self.source.longest_age else { return };
        let oldest = SystemClock.now().as_second().saturating_sub_unsigned(age.as_secs());
        let old = batch.records.iter().take_while(|record| record.created_at() < oldest).count();
        let old: Vec<Record> = batch.records.drain(..old).collect();
        self.give_up(&old, "RecordAgeExceeded", batch.failures);
    }

    /// Sends a message about records that were given up to the dead-letter queue. As in Lambda, the message has their
    /// sequence numbers.
    fn give_up(&self, records: &[Record], condition: &str, failures: u32) {
        let (Some(first), Some(last), Some(queue)) = (records.first(), records.last(), &self.source.on_failure) else {
            return;
        };
        let message = json!({
            "requestContext": {
                "functionArn": self.source.function,
                "condition": condition,
                "approximateInvokeCount": failures,
            },
            "version": "1.0",
            "timestamp": SystemClock.now().to_string(),
            "DDBStreamBatchInfo": {
                "startSequenceNumber": first.sequence_number(),
                "endSequenceNumber": last.sequence_number(),
                "batchSize": records.len(),
            },
        });
        self.dead_letters.send(queue, message);
    }
}

/// Returns whether a filter has a condition on anything but the event's name and the item's keys.
fn reads_images(filter: &Pattern) -> bool {
    !has_only(filter, &["eventName", "dynamodb"])
        || match filter {
            Pattern::Fields(fields) => fields.get("dynamodb").is_some_and(|change| !has_only(change, &["Keys"])),
            Pattern::Any(_) => true,
        }
}

fn has_only(filter: &Pattern, names: &[&str]) -> bool {
    match filter {
        Pattern::Fields(fields) => fields.keys().all(|name| names.contains(&name.as_str())),
        Pattern::Any(_) => false,
    }
}

/// Adds elements at the front of a queue, in their order.
trait GoFirst<T> {
    fn go_first(&mut self, elements: Vec<T>);
}

impl<T> GoFirst<T> for VecDeque<T> {
    fn go_first(&mut self, elements: Vec<T>) {
        for element in elements.into_iter().rev() {
            self.push_front(element);
        }
    }
}
