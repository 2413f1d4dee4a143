//! Applies an imported sheet of rosters, person by person.
//!
//! `roster` validates a sheet and stores its steps. The functions that run jobs call [`continue_import`] until the import is
//! finished. A step changes a person's roster and the job's item in one transaction. So each step is applied once, even if the
//! work is restarted, interrupted or run twice at the same time.

mod apply;
mod step;

use domain::{
    id::JobId,
    job::Job,
    ports::{Clock, Entropy},
};
use jiff::Timestamp;
use store::{CommitError, Store, StoreError};

pub use step::{Step, Wanted};

/// The maximum number of decisions of a step after lost races.
const DECISIONS: u32 = 5;

/// The progress of an import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Progress {
    /// All steps are done.
    Finished(Job),
    /// The deadline came before the end: the import must be continued.
    Unfinished(Job),
    /// The job doesn't exist, or not any more.
    Unknown,
}

/// The reason for which an import can't continue now. A later attempt may succeed.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The table didn't respond, or not as expected.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Other requests keep changing the same items.
    #[error("the step {0} lost every race")]
    Busy(u32),
}

/// Applies the remaining steps of an import, one after the other, until it is finished or `deadline` is reached.
pub async fn continue_import(
    store: &Store,
    clock: &dyn Clock,
    entropy: &dyn Entropy,
    id: JobId,
    deadline: Timestamp,
) -> Result<Progress, ImportError> {
    let mut lost = 0;
    loop {
        let now = clock.now();
        let Some(job) = store.job(id, now).await? else { return Ok(Progress::Unknown) };
        if job.is_over() {
            return Ok(Progress::Finished(job));
        }
        if deadline <= now {
            return Ok(Progress::Unfinished(job));
        }
        match apply::next_step(store, entropy, &job, now).await {
            Ok(()) => lost = 0,
            // Another request changed the job or the person's roster first.
            Err(CommitError::ConditionFailed(_)) if lost < DECISIONS => lost += 1,
            Err(CommitError::ConditionFailed(_)) => return Err(ImportError::Busy(job.done)),
            Err(CommitError::Store(error)) => return Err(error.into()),
        }
    }
}
