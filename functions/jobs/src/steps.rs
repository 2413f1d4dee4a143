//! Long work that has an item of its own, with steps that were put when it was asked for.

use domain::{
    event::{Fact, Subject},
    id::{EventId, JobId},
    job::JobKind,
};
use jiff::{SignedDuration, Timestamp};
use roster_import::{Progress, continue_import};
use runtime::{Deadline, events::Failure};
use store::Commit;

use crate::{Jobs, work::RESERVE};

/// Goes on with the work where it stopped. What there is no time for is handed on.
pub(crate) async fn execute(jobs: &Jobs, id: JobId, cause: EventId, deadline: Deadline) -> Result<(), Failure> {
    let now = jobs.clock.now();
    // It may be over and forgotten by the time that an event comes again.
    let Some(job) = jobs.store.job(id, now).await.map_err(Failure::new)? else { return Ok(()) };
    let is_finished = match job.kind {
        JobKind::RosterImport => {
            let until = until(now, deadline);
            let progress = continue_import(&jobs.store, &*jobs.clock, &*jobs.entropy, id, until).await;
            match progress.map_err(Failure::new)? {
                Progress::Finished(_) | Progress::Unknown => true,
                Progress::Unfinished(_) => false,
            }
        }
        // Exports are made in one go, by `export`.
        JobKind::ReportExport => true,
    };
    if is_finished { Ok(()) } else { hand_on(jobs, id, cause).await }
}

/// The instant at which the rest is left to the next invocation.
fn until(now: Timestamp, deadline: Deadline) -> Timestamp {
    let left = SignedDuration::try_from(deadline.left().saturating_sub(RESERVE)).unwrap_or(SignedDuration::MAX);
    now.saturating_add(left).unwrap_or(now)
}

async fn hand_on(jobs: &Jobs, id: JobId, cause: EventId) -> Result<(), Failure> {
    let commit = Commit::new(jobs.stamp(), Subject::Job(id), vec![Fact::WorkContinues { cause }]);
    commit.map_err(Failure::new)?.send(&jobs.store).await.map_err(Failure::new)
}
