//! Swaps that weren't decided before the first of their dates began: this check marks them as expired and notifies both people.
//! Runs along with `close-day`.

use domain::{
    event::{Subject, SwapEnding},
    swap::SwapId,
};
use futures_util::{StreamExt, stream};
use store::{StoreError, keys::DUE_SHARDS};

use crate::run::{CONCURRENCY, Outcome, Run, Unreadable};

/// The number of swaps that one query of a shard returns.
const PAGE: usize = 100;

/// Ends all swaps that have expired at the time of the run.
pub(crate) async fn expire(run: &Run) -> Result<Outcome, StoreError> {
    let (mut outcome, mut unreadable) = (Outcome::NOTHING_TO_DO, Unreadable::default());
    for shard in 0..DUE_SHARDS {
        loop {
            if run.is_over() {
                return unreadable.end(outcome.unfinished());
            }
            let expired = run.store.swaps_expired_by(shard, run.now, PAGE).await?;
            let full = expired.len() == PAGE;
            let mut endings = stream::iter(expired).map(|swap| expire_one(run, swap)).buffer_unordered(CONCURRENCY);
            let mut step = Outcome::NOTHING_TO_DO;
            while let Some(changed) = endings.next().await {
                let is_changed = unreadable.pass_over(changed)?.unwrap_or_default();
                step = step.and(Outcome::of(1, usize::from(is_changed)));
            }
            drop(endings);
            outcome = outcome.and(step);
            // Ended swaps leave the list. If none was ended, the list lags behind the table, and the next run continues.
            if !full || step.changed == 0 {
                break;
            }
        }
    }
    unreadable.end(outcome)
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
