//! The flow of events from the table: the stream with its readers, and the bus with the functions of its rules.
//!
//! Filters, batches, retries and dead letters, which AWS handles in the cloud, work here as the template declares
//! them.

mod backlog;
mod bus;
mod dead_letters;
mod functions;
pub(crate) mod pattern;
mod positions;
mod reader;
mod records;
mod schedules;
mod spool;
#[cfg(test)]
mod tests;

use std::{path::Path, sync::Arc, time::Duration};

use domain::ports::Clock;
use runtime::system::SystemClock;
use tokio::{
    sync::{OnceCell, watch},
    task::JoinSet,
};
use tracing::instrument::WithSubscriber;

use self::{backlog::Backlog, positions::Positions, reader::Reader, records::Stream, schedules::Schedules};
pub(crate) use self::{bus::Bus, dead_letters::DeadLetters, functions::Functions};
use crate::{
    aws::DynamoDb,
    clock::StackClock,
    template::{Schedule, StartingPosition, StreamSource},
};

/// The maximum time to wait for the flow to settle. It ends the wait only where something is stuck, so it is long enough for a
/// machine that has other work.
const SETTLE_TIMEOUT: Duration = Duration::from_mins(10);

/// The maximum time that a write waits for the readers of the stream.
const MAX_WRITE_DELAY: Duration = Duration::from_secs(5);

/// The pause before the end of the stream is read again after a failure.
const RETRY_PAUSE: Duration = Duration::from_millis(50);

/// The age from which records of the stream are deleted, as in `DynamoDB`.
const RETENTION: Duration = Duration::from_hours(24);
/// The pause between deletions.
const TRIM_PAUSE: Duration = Duration::from_mins(1);

/// The flow of events, from the start of the stack to its end.
#[derive(Debug)]
pub(crate) struct Flow {
    running: OnceCell<Running>,
    bus: Arc<Bus>,
    dead_letters: Arc<DeadLetters>,
    /// The number of callers that wait for the flow to settle.
    hurry: watch::Sender<usize>,
}

#[derive(Debug)]
struct Running {
    stream: Stream,
    positions: Arc<Positions>,
    backlog: Arc<Backlog>,
    schedules: Arc<Schedules>,
}

/// The parts that the flow uses.
pub(crate) struct Parts {
    pub(crate) tables: DynamoDb,
    pub(crate) functions: Arc<Functions>,
    pub(crate) sources: Vec<StreamSource>,
    pub(crate) schedules: Vec<Schedule>,
    pub(crate) clock: Arc<StackClock>,
    /// Whether schedules run on time by themselves.
    pub(crate) keeps_time: bool,
}

impl Flow {
    /// Creates a flow that isn't started.
    pub(crate) fn new(bus: Arc<Bus>, dead_letters: DeadLetters) -> Self {
        Self { running: OnceCell::new(), bus, dead_letters: Arc::new(dead_letters), hurry: watch::Sender::new(0) }
    }

    pub(crate) fn bus(&self) -> &Bus {
        &self.bus
    }

    pub(crate) fn dead_letters(&self) -> &DeadLetters {
        &self.dead_letters
    }

    /// Starts the readers of the stream and the deliveries of the bus. They run until `ended` is set.
    pub(crate) async fn start(
        &self,
        parts: Parts,
        folder: Option<&Path>,
        ended: watch::Receiver<bool>,
    ) -> Result<JoinSet<()>, String> {
        let Parts { tables, functions, sources, schedules, clock, keeps_time } = parts;
        let written = tables.written();
        let stream = Stream::new(tables);
        let file = folder.map(|folder| folder.join("stream-positions.json"));
        let positions = Arc::new(Positions::open(file, Arc::clone(&self.bus), Arc::clone(&self.dead_letters)));
        positions.keep_only(&sources.iter().map(|source| source.function.as_str()).collect::<Vec<_>>());
        let backlog = Arc::new(Backlog::default());
        let mut tasks = JoinSet::new();
        for source in sources {
            if !functions.has(&source.function) {
                return Err(format!("the stream leads to {:?}, which the stack doesn't have", source.function));
            }
            if !positions.knows(&source.function) {
                let start = match source.starting_position {
                    StartingPosition::TrimHorizon => None,
                    StartingPosition::Latest => stream.end().await?,
                };
                positions.set(&source.function, start);
            }
            let reader = Reader {
                source,
                stream: stream.clone(),
                functions: Arc::clone(&functions),
                positions: Arc::clone(&positions),
                backlog: Arc::clone(&backlog),
                dead_letters: Arc::clone(&self.dead_letters),
                written: written.clone(),
                hurry: self.hurry.subscribe(),
                ended: ended.clone(),
            };
            tasks.spawn(reader.read().with_current_subscriber());
        }
        tasks.spawn(trim(stream.clone(), Arc::clone(&positions), ended.clone()).with_current_subscriber());
        let schedules = Arc::new(Schedules::new(schedules, Arc::clone(&functions), clock)?);
        if keeps_time {
            tasks.spawn(Arc::clone(&schedules).keep_time(ended.clone()).with_current_subscriber());
        }
        let deliver = Arc::clone(&self.bus).deliver(functions, Arc::clone(&self.dead_letters), ended);
        tasks.spawn(deliver.with_current_subscriber());
        // The stack starts the flow only once.
        let _ = self.running.set(Running { stream, positions, backlog, schedules });
        Ok(tasks)
    }

    /// Runs a schedule now. Returns `None` if no schedule has that name.
    pub(crate) async fn run_schedule(&self, name: &str) -> Option<Result<serde_json::Value, String>> {
        self.running.get()?.schedules.run(name).await
    }

    /// Returns the names of all schedules.
    pub(crate) fn schedules(&self) -> Vec<String> {
        let names = self.running.get().into_iter().flat_map(|running| running.schedules.names());
        names.map(str::to_owned).collect()
    }

    /// Delays a write until the readers of the stream don't lag behind and nobody waits for the flow to settle. The
    /// delay is limited, because readers may have much work to do.
    pub(crate) async fn give_way(&self) {
        let Some(running) = self.running.get() else { return };
        let mut hurry = self.hurry.subscribe();
        let given_way = async {
            // The sender lives as long as `self`.
            let _ = hurry.wait_for(|waiting| *waiting == 0).await;
            running.backlog.is_short().await;
        };
        // After the maximum delay, the write proceeds anyway.
        let _ = tokio::time::timeout(MAX_WRITE_DELAY, given_way).await;
    }

    /// Waits until all readers have read every event so far and the bus has no pending deliveries, including the
    /// events that these cause. Returns `false` if this takes too long.
    pub(crate) async fn settle(&self) -> bool {
        let Some(running) = self.running.get() else { return true };
        self.hurry.send_modify(|waiting| *waiting += 1);
        let settled = tokio::time::timeout(SETTLE_TIMEOUT, self.settled(running)).await.is_ok();
        self.hurry.send_modify(|waiting| *waiting -= 1);
        settled
    }

    async fn settled(&self, running: &Running) {
        loop {
            let end = running.stream.end().await;
            if let Ok(Some(end)) = &end {
                running.positions.reached(end).await;
            }
            self.bus.idle().await;
            match running.stream.end().await {
                Ok(now) if end.is_ok_and(|end| end == now) => return,
                Ok(_) => {}
                Err(error) => {
                    tracing::warn!(error, "the end of the stream can't be read");
                    tokio::time::sleep(RETRY_PAUSE).await;
                }
            }
        }
    }
}

/// Deletes old records of the stream regularly, until `ended` is set.
///
/// `DynamoDB` deletes records even if a reader hasn't read them. Here they wait for all readers, because a stack on a
/// laptop may be off for longer than a day. A reader that can't handle a record gives it up after a time, so nothing stays
/// forever.
async fn trim(stream: Stream, positions: Arc<Positions>, mut ended: watch::Receiver<bool>) {
    loop {
        let created_before = SystemClock.now().as_second().saturating_sub_unsigned(RETENTION.as_secs());
        if let Some(position) = positions.of_all()
            && let Err(error) = stream.trim(created_before, &position).await
        {
            tracing::warn!(error, "old records of the stream can't be deleted");
        }
        tokio::select! {
            () = tokio::time::sleep(TRIM_PAUSE) => {}
            _ = ended.changed() => return,
        }
    }
}
