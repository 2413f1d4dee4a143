//! Keeps the company context equal to its parts. `open-day` builds a missing context, adds and removes years, and corrects a
//! context that an earlier release didn't change together with a part.

use store::StoreError;

use crate::run::{Outcome, Run};

/// Rewrites the context if it differs from its parts. A run that loses a race leaves the rewrite to the next run.
pub(crate) async fn refresh(run: &Run) -> Result<Outcome, StoreError> {
    let check = run.store.check_company_context(run.now).await?;
    if check.is_current() {
        return Ok(Outcome::NOTHING_TO_DO);
    }
    let mut commit = run.commit_without_event();
    commit.rebuild_context(&check)?;
    commit.send_if_unchanged(&run.store).await?;
    Ok(Outcome::NOTHING_TO_DO)
}
