//! Exports that nothing came of for a day: they are given up, and the person who asked for one is notified. Runs along with
//! `housekeeping`.
//!
//! `jobs` gives up an export by itself where it can. What is left for this check are exports whose runs were killed, and
//! those that the bus never brought to `jobs`.

use domain::{
    event::Subject,
    id::JobId,
    job::{EXPORT_STALLED, Job},
};
use store::{CommitError, StoreError};

use crate::run::{Outcome, Run};

/// How many exports one query lists.
const PAGE_SIZE: usize = 100;

/// Gives up all exports that are stalled by now.
pub(crate) async fn give_up(run: &Run) -> Result<Outcome, StoreError> {
    let mut outcome = Outcome { done: true, ..Outcome::default() };
    for id in run.store.open_exports(Job::stalled_if_asked_before(run.now), PAGE_SIZE).await? {
        if run.is_over() {
            return Ok(outcome.unfinished());
        }
        let changed = usize::from(give_up_one(run, id).await?);
        outcome = outcome.and(Outcome { done: true, looked_at: 1, changed });
    }
    Ok(outcome)
}

/// Returns whether an export was given up: one read and one transaction.
async fn give_up_one(run: &Run, id: JobId) -> Result<bool, StoreError> {
    // The index lags a moment, and an export that was asked for a day ago may still come further.
    let Some(job) = run.store.job(id, run.now).await?.filter(|job| job.is_stalled(run.now)) else { return Ok(false) };
    let given_up = job.given_up(EXPORT_STALLED, run.now);
    let facts = given_up.export_failed_fact().into_iter().collect();
    let mut commit = run.commit(Subject::User(job.requested_by), facts)?;
    commit.put_job(&given_up)?;
    match commit.send(&run.store).await {
        Ok(()) => Ok(true),
        // It came further meanwhile.
        Err(CommitError::ConditionFailed(_)) => Ok(false),
        Err(CommitError::Store(error)) => Err(error),
    }
}
