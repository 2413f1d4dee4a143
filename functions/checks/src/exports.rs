//! Exports that made no progress for a day: this check marks them as failed and notifies the person who requested them. Runs
//! along with `housekeeping`.
//!
//! `jobs` itself gives up an export where it can. This check handles exports whose runs were killed, and exports whose events
//! EventBridge never delivered to `jobs`.

use domain::{
    event::Subject,
    id::JobId,
    job::{Job, JobStop},
};
use store::StoreError;

use crate::run::{Outcome, Run};

/// The number of exports that one query returns.
const PAGE_SIZE: usize = 100;

/// Gives up all exports that are stalled at the time of the run.
pub(crate) async fn give_up(run: &Run) -> Result<Outcome, StoreError> {
    let mut outcome = Outcome::NOTHING_TO_DO;
    for id in run.store.open_exports(Job::stalled_if_asked_before(run.now), PAGE_SIZE).await? {
        if run.is_over() {
            return Ok(outcome.unfinished());
        }
        let changed = usize::from(give_up_one(run, id).await?);
        outcome = outcome.and(Outcome::of(1, changed));
    }
    Ok(outcome)
}

/// Returns whether an export was given up: one read and one transaction.
async fn give_up_one(run: &Run, id: JobId) -> Result<bool, StoreError> {
    // The index lags behind the table, and an export that was requested a day ago may still make progress.
    let Some(job) = run.store.job(id, run.now).await?.filter(|job| job.is_stalled(run.now)) else { return Ok(false) };
    let given_up = job.given_up(JobStop::Stalled, run.now);
    let facts = given_up.export_failed_fact().into_iter().collect();
    let mut commit = run.commit(Subject::User(job.requested_by), facts)?;
    commit.put_job(&given_up)?;
    // The export may have made progress in the meantime.
    commit.send_if_unchanged(&run.store).await
}
