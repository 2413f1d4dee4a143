//! One run of a check.

use std::{sync::Arc, time::Duration};

use app::Ports;
use domain::{
    audit::Actor,
    event::{Fact, Subject},
    id::EventId,
    ports::Entropy,
};
use jiff::Timestamp;
use runtime::Deadline;
use serde::Serialize;
use store::{Commit, Stamp, Store, StoreError};

/// How much of an invocation is kept for handing the rest over: longer than a batch takes with all of its retries.
const RESERVE: Duration = Duration::from_secs(10);

/// How many batches of people are worked on at once: enough to hide the table's latency, few enough for its memory.
pub(crate) const AT_ONCE: usize = 8;

/// What every check is given.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) store: Store,
    /// The instant at which the run began; all of it is decided as of then.
    pub(crate) now: Timestamp,
    pub(crate) entropy: Arc<dyn Entropy>,
    pub(crate) deadline: Deadline,
    pub(crate) request_id: String,
}

/// What a run came to; the function's answer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Outcome {
    /// Whether nothing is left for now.
    pub(crate) done: bool,
    /// How many people or days were looked at.
    pub(crate) looked_at: usize,
    /// How many of them changed.
    pub(crate) changed: usize,
}

impl Outcome {
    /// There is nothing to do.
    pub(crate) const NOTHING_TO_DO: Self = Self { done: true, looked_at: 0, changed: 0 };

    /// Both taken together.
    pub(crate) const fn and(self, other: Self) -> Self {
        Self {
            done: self.done && other.done,
            looked_at: self.looked_at + other.looked_at,
            changed: self.changed + other.changed,
        }
    }

    /// So far, with more to come.
    pub(crate) const fn unfinished(self) -> Self {
        Self { done: false, ..self }
    }
}

impl Run {
    /// Whether it is time to hand the rest over.
    pub(crate) fn is_over(&self) -> bool {
        self.deadline.left() <= RESERVE
    }

    /// What use cases work with.
    pub(crate) fn ports(&self) -> Ports<'_> {
        Ports { store: &self.store, entropy: &*self.entropy, now: self.now }
    }

    /// A change that the clockwork makes. One without facts is a write that nobody hears of.
    pub(crate) fn commit(&self, subject: Subject, facts: Vec<Fact>) -> Result<Commit, StoreError> {
        if facts.is_empty() { Ok(self.silent()) } else { Commit::new(self.stamp(), subject, facts) }
    }

    /// A write that nobody hears of.
    pub(crate) fn silent(&self) -> Commit {
        Commit::silent(self.stamp())
    }

    /// The id of another event of this run.
    pub(crate) fn event_id(&self) -> EventId {
        EventId::generate(self.now, &*self.entropy)
    }

    /// When and by whom a change of this run is made.
    pub(crate) fn stamp(&self) -> Stamp {
        self.ports().stamp(Actor::System, Some(&self.request_id))
    }
}
