//! Swaps that weren't decided before the first of their dates began: this check marks them as expired and notifies both people.
//! Runs along with `close-day`.

use domain::{
    event::{Subject, SwapEnding},
    swap::SwapId,
};
use futures_util::{StreamExt, stream};
use store::{StoreError, keys::DUE_SHARDS};

use crate::run::{CONCURRENCY, Outcome, Run};

/// The number of swaps that one query of a shard returns.
const PAGE: usize = 100;

/// Ends all swaps that have expired at the time of the run.
pub(crate) async fn expire(run: &Run) -> Result<Outcome, StoreError> {
    let mut outcome = Outcome { done: true, ..Outcome::default() };
    for shard in 0..DUE_SHARDS {
        loop {
            if run.is_over() {
                return Ok(outcome.unfinished());
            }
            let expired = run.store.swaps_expired_by(shard, run.now, PAGE).await?;
            let full = expired.len() == PAGE;
            let mut endings = stream::iter(expired).map(|swap| expire_one(run, swap)).buffer_unordered(CONCURRENCY);
            let mut step = Outcome { done: true, ..Outcome::default() };
            while let Some(changed) = endings.next().await {
                step = step.and(Outcome { done: true, looked_at: 1, changed: usize::from(changed?) });
            }
            drop(endings);
            outcome = outcome.and(step);
            // Ended swaps leave the list. If none was ended, the list lags behind the table, and the next run continues.
            if !full || step.changed == 0 {
                break;
            }
        }
    }
    Ok(outcome)
}

/// Returns whether a swap was ended. Takes one read and one transaction.
async fn expire_one(run: &Run, id: SwapId) -> Result<bool, StoreError> {
    let Some(swap) = run.store.swap(id).await? else { return Ok(false) };
    let Ok(expired) = swap.expired(run.now) else { return Ok(false) };
    let facts = vec![expired.ended_fact(SwapEnding::Expired)];
    let mut commit = run.commit(Subject::User(id.owner()), facts)?;
    commit.end_swap(&expired)?;
    // The swap may have been decided in the meantime.
    commit.send_if_unchanged(&run.store).await
}
