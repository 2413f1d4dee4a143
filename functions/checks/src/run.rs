//! One run of a check.

use std::{fmt::Display, sync::Arc, time::Duration};

use app::Ports;
use domain::{
    audit::Actor,
    event::{Fact, Subject},
    id::EventId,
    ports::Entropy,
};
use jiff::Timestamp;
use meter::{metered, spend};
use runtime::{Deadline, events::Failure};
use serde::Serialize;
use store::{Commit, Stamp, Store, StoreError};

/// The part of an invocation that is reserved for handing the rest over: longer than a batch takes with all of its retries.
const RESERVE: Duration = Duration::from_secs(10);

/// The number of batches of people that are processed at the same time: enough to hide the table's latency, few enough for the
/// function's memory.
pub(crate) const CONCURRENCY: usize = 8;

/// The number of write units that a company-wide run spends in a second. It leaves the rest of the capacity of the table, and of
/// each partition of its indexes, to punches: 100,000 days are opened in ten minutes.
const WRITE_UNITS_PER_SECOND: f64 = 1_200.0;

/// Spreads the write units of a run over time. The units of the first second are free, so small companies never wait.
#[derive(Debug, Default)]
pub(crate) struct Pace {
    spent: tokio::sync::Mutex<f64>,
}

impl Pace {
    /// Waits for as long as `units` take. Concurrent callers wait one after the other.
    async fn wait_for(&self, units: f64) {
        let mut spent = self.spent.lock().await;
        *spent += units;
        if *spent > WRITE_UNITS_PER_SECOND {
            tokio::time::sleep(Duration::from_secs_f64(units / WRITE_UNITS_PER_SECOND)).await;
        }
    }
}

/// The context that every check gets.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) store: Store,
    /// The instant at which the run began. All decisions of the run are made as of this instant.
    pub(crate) now: Timestamp,
    pub(crate) entropy: Arc<dyn Entropy>,
    pub(crate) deadline: Deadline,
    pub(crate) request_id: String,
    pub(crate) pace: Pace,
}

/// The outcome of a run, which is also the function's answer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Outcome {
    /// Whether nothing is left for now.
    pub(crate) done: bool,
    /// The number of people or days that were examined.
    pub(crate) looked_at: usize,
    /// The number of people or days that changed.
    pub(crate) changed: usize,
}

impl Outcome {
    /// The outcome of a run without any work to do.
    pub(crate) const NOTHING_TO_DO: Self = Self { done: true, looked_at: 0, changed: 0 };

    /// Returns the outcome of a step that is done.
    pub(crate) const fn of(looked_at: usize, changed: usize) -> Self {
        Self { done: true, looked_at, changed }
    }

    /// Returns the sum of both outcomes.
    pub(crate) const fn and(self, other: Self) -> Self {
        Self {
            done: self.done && other.done,
            looked_at: self.looked_at + other.looked_at,
            changed: self.changed + other.changed,
        }
    }

    /// Returns the outcome so far of a run with work left.
    pub(crate) const fn unfinished(self) -> Self {
        Self { done: false, ..self }
    }
}

/// The items of single people that a run couldn't read. They don't hold up other people, and the run fails at its end, so that it is
/// repeated and the alarm of failed invocations goes off.
#[derive(Debug, Default)]
pub(crate) struct Unreadable {
    first: Option<StoreError>,
}

impl Unreadable {
    /// Returns the result of a step for one person or item; none if its item can't be read.
    ///
    /// # Errors
    /// The step failed for another reason, which other steps would meet too.
    pub(crate) fn pass_over<T>(&mut self, step: Result<T, StoreError>) -> Result<Option<T>, StoreError> {
        match step {
            Ok(done) => Ok(Some(done)),
            Err(error @ StoreError::Unreadable { .. }) => {
                tracing::error!(%error, "the run passes over an item");
                self.first.get_or_insert(error);
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    /// Returns the outcome of the run. A run with work left hands it over, and the last one fails.
    ///
    /// # Errors
    /// An item was passed over, and no work is left.
    pub(crate) fn end(self, outcome: Outcome) -> Result<Outcome, StoreError> {
        self.first.filter(|_| outcome.done).map_or(Ok(outcome), Err)
    }
}

/// The steps of a check. A step that fails doesn't keep the others from being done, and the check fails at its end.
#[derive(Debug)]
pub(crate) struct Steps {
    pub(crate) outcome: Outcome,
    pub(crate) failure: Option<Failure>,
}

impl Steps {
    pub(crate) const fn new() -> Self {
        Self { outcome: Outcome::NOTHING_TO_DO, failure: None }
    }

    /// Adds the result of a step.
    #[must_use]
    pub(crate) fn and(mut self, step: Result<Outcome, impl Display>) -> Self {
        match step {
            Ok(outcome) => self.outcome = self.outcome.and(outcome),
            Err(error) => {
                tracing::error!(%error, "a step of the check failed");
                self.failure.get_or_insert_with(|| Failure::new(error));
            }
        }
        self
    }
}

impl Run {
    /// Returns whether it is time to hand the rest over.
    pub(crate) fn is_over(&self) -> bool {
        self.deadline.left() <= RESERVE
    }

    /// Returns the ports that use cases work with.
    pub(crate) fn ports(&self) -> Ports<'_> {
        Ports { store: &self.store, entropy: &*self.entropy, now: self.now }
    }

    /// Does `work` of a company-wide run, and then waits for the time that its write units take.
    pub(crate) async fn paced<F: Future>(&self, work: F) -> F::Output {
        let (done, spent) = metered(work).await;
        spend(spent);
        self.pace.wait_for(spent.write_units).await;
        done
    }

    /// Creates a commit of a scheduled job. Without facts the commit has no event.
    pub(crate) fn commit(&self, subject: Subject, facts: Vec<Fact>) -> Result<Commit, StoreError> {
        if facts.is_empty() { Ok(self.commit_without_event()) } else { Commit::new(self.stamp(), subject, facts) }
    }

    /// Creates a commit without an event.
    pub(crate) fn commit_without_event(&self) -> Commit {
        Commit::without_event(self.stamp())
    }

    /// Generates the id of another event of this run.
    pub(crate) fn event_id(&self) -> EventId {
        EventId::generate(self.now, &*self.entropy)
    }

    /// Returns the time and the actor of this run's changes.
    pub(crate) fn stamp(&self) -> Stamp {
        self.ports().stamp(Actor::System, Some(&self.request_id))
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use futures_util::future::join_all;
    use tokio::time::{Instant, sleep};

    use super::*;

    /// The number of people in a batch of `open-day`.
    const BATCH: u32 = 16;
    /// The write units for opening a person's day, including the indexes (docs/performance.md).
    const UNITS: f64 = 7.18;
    /// The duration of one BatchGetItem and one TransactWriteItems of a batch, as slow as they are in the cloud.
    const BATCH_TIME: Duration = Duration::from_millis(120);
    /// The time between the event that hands the rest over and the next invocation.
    const HAND_OVER_TIME: Duration = Duration::from_secs(1);
    /// The function's timeout in the template.
    const TIME_LIMIT: Duration = Duration::from_mins(5);

    #[tokio::test(start_paused = true)]
    #[expect(clippy::disallowed_methods, reason = "tokio's paused time isn't real time")]
    async fn three_invocations_open_a_hundred_thousand_days_in_ten_minutes() {
        let left = Cell::new(100_000_u32);
        let (started, mut invocations) = (Instant::now(), 0);
        while left.get() > 0 {
            invocations += 1;
            let (pace, began) = (Pace::default(), Instant::now());
            let (left, pace) = (&left, &pace);
            let lanes = (0..CONCURRENCY).map(|_| async move {
                while left.get() > 0 && began.elapsed() + RESERVE < TIME_LIMIT {
                    let people = left.get().min(BATCH);
                    left.set(left.get() - people);
                    sleep(BATCH_TIME).await;
                    pace.wait_for(f64::from(people) * UNITS).await;
                }
            });
            join_all(lanes).await;
            assert!(began.elapsed() < TIME_LIMIT, "{:?}", began.elapsed());
            if left.get() > 0 {
                sleep(HAND_OVER_TIME).await;
            }
        }
        assert_eq!(invocations, 3);
        assert!(started.elapsed() <= Duration::from_mins(10), "{:?}", started.elapsed());
    }

    #[tokio::test(start_paused = true)]
    #[expect(clippy::disallowed_methods, reason = "tokio's paused time isn't real time")]
    async fn a_run_of_a_small_company_is_not_delayed() {
        let (pace, started) = (Pace::default(), Instant::now());
        for _ in 0..10 {
            pace.wait_for(84.0).await;
        }
        assert_eq!(started.elapsed(), Duration::ZERO);
    }
}
