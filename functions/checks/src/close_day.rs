//! `close-day`: closes forgotten sessions once their last shift is over (docs/rules.md#forgotten-clock-outs).

use app::attendance::close_forgotten;
use domain::{calendar::WorkDate, day::Due, id::UserId};
use futures_util::{StreamExt, stream};
use store::{CommitError, StoreError, keys::DUE_SHARDS};

use crate::run::{CONCURRENCY, Outcome, Run, Unreadable};

/// The number of sessions that one query of a shard returns.
const PAGE: usize = 100;

/// Closes all sessions that count as forgotten at the time of the run.
pub(crate) async fn close(run: &Run) -> Result<Outcome, StoreError> {
    let (mut outcome, mut unreadable) = (Outcome::NOTHING_TO_DO, Unreadable::default());
    for shard in 0..DUE_SHARDS {
        let mut after = None;
        loop {
            if run.is_over() {
                return unreadable.end(outcome.unfinished());
            }
            let page = run.store.due(Due::Session, shard, run.now, after.take(), PAGE).await?;
            let mut closings =
                stream::iter(page.days).map(|(user, date)| close_one(run, user, date)).buffer_unordered(CONCURRENCY);
            while let Some(changed) = closings.next().await {
                let is_changed = unreadable.pass_over(changed)?.unwrap_or_default();
                outcome = outcome.and(Outcome::of(1, usize::from(is_changed)));
            }
            after = page.next;
            if after.is_none() {
                break;
            }
        }
    }
    unreadable.end(outcome)
}

/// Returns whether a session was closed. Takes one read and one transaction.
async fn close_one(run: &Run, user: UserId, date: WorkDate) -> Result<bool, StoreError> {
    match close_forgotten(&run.ports(), run.stamp(), user, date).await {
        Err(CommitError::ConditionFailed(_)) => Ok(false),
        Err(CommitError::Store(error)) => Err(error),
        Ok(is_closed) => Ok(is_closed),
    }
}
