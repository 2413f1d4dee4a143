//! Long work that has an item of its own, with steps that were stored when the work was requested.

use domain::{
    event::{Fact, JobFact, Subject},
    id::{EventId, JobId},
};
use imports::{Importer, Progress};
use jiff::{SignedDuration, Timestamp};
use runtime::{Deadline, events::Failure};
use store::Commit;

use crate::{
    context::{Jobs, RESERVE},
    export,
};

/// Continues the work from its stored position. If time runs out, it hands over the rest.
pub(crate) async fn execute(jobs: &Jobs, id: JobId, cause: EventId, deadline: Deadline) -> Result<(), Failure> {
    let now = jobs.clock.now();
    // When an event is delivered again, the job may be finished and its item expired.
    let Some(job) = jobs.store.job(id, now).await.map_err(Failure::new)? else { return Ok(()) };
    if job.kind.import().is_none() {
        return export::execute(jobs, id, deadline).await;
    }
    let importer = Importer { store: &jobs.store, clock: &*jobs.clock, entropy: &*jobs.entropy, keys: &jobs.keys };
    let progress = Box::pin(importer.continue_import(id, until(now, deadline))).await;
    match progress.map_err(Failure::new)? {
        Progress::Finished(_) | Progress::Unknown => Ok(()),
        Progress::Unfinished(_) => hand_on(jobs, id, cause).await,
    }
}

/// Returns the instant at which this invocation hands over the rest.
fn until(now: Timestamp, deadline: Deadline) -> Timestamp {
    let left = SignedDuration::try_from(deadline.left().saturating_sub(RESERVE)).unwrap_or(SignedDuration::MAX);
    now.saturating_add(left).unwrap_or(now)
}

async fn hand_on(jobs: &Jobs, id: JobId, cause: EventId) -> Result<(), Failure> {
    let commit = Commit::new(jobs.stamp(), Subject::Job(id), vec![Fact::Job(JobFact::WorkContinues { cause })]);
    commit.map_err(Failure::new)?.send(&jobs.store).await.map_err(Failure::new)
}
