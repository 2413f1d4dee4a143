//! Keeps the company context as its parts are: `open-day` builds it where it is missing, moves its years on and corrects
//! one that an earlier release didn't change along with a part.

use store::{CommitError, StoreError};

use crate::run::Run;

/// Rewrites the context if it differs from its parts. A run that loses a race leaves that to the next run.
pub(crate) async fn refresh(run: &Run) -> Result<(), StoreError> {
    let check = run.store.check_company_context(run.now).await?;
    if check.is_current() {
        return Ok(());
    }
    let mut commit = run.commit_without_event();
    commit.rebuild_context(&check)?;
    match commit.send(&run.store).await {
        Ok(()) | Err(CommitError::ConditionFailed(_)) => Ok(()),
        Err(CommitError::Store(error)) => Err(error),
    }
}
