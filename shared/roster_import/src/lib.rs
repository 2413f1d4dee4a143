//! Applies an imported sheet of rosters, person by person.
//!
//! `roster` validates a sheet and puts its steps; whoever does long work calls [`continue_import`] until it is finished.
//! A step changes a person's roster and the job's item in one transaction, so that it is done once however often the
//! work is begun anew, interrupted, or run twice at the same time.

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

/// How often a step is decided anew after losing a race.
const DECISIONS: u32 = 5;

/// How far an import has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Progress {
    /// Nothing is left to be done.
    Finished(Job),
    /// The deadline has come before the end: it is to be continued.
    Unfinished(Job),
    /// There is no such job, or not any more.
    Unknown,
}

/// Why an import can't go on now. Trying again may help.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The table didn't answer, or not as expected.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Others keep changing the same thing.
    #[error("the step {0} lost every race")]
    Busy(u32),
}

/// Does what is left of an import, one step after another, until it is finished or `deadline` has come.
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
            // Somebody else was first: with this very step, or with the person's roster.
            Err(CommitError::ConditionFailed(_)) if lost < DECISIONS => lost += 1,
            Err(CommitError::ConditionFailed(_)) => return Err(ImportError::Busy(job.done)),
            Err(CommitError::Store(error)) => return Err(error.into()),
        }
    }
}
