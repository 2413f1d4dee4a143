//! Moves the managers of departments out of the item in which release 0.1.0 stored them.

use store::StoreError;

use crate::run::{Outcome, Run};

/// Moves the managers that remain in the old item. A run that loses a race leaves the rest to the next run.
pub(crate) async fn move_old_lines(run: &Run) -> Result<Outcome, StoreError> {
    while let Some(old) = run.store.old_manager_lines().await? {
        let mut commit = run.commit_without_event();
        commit.move_manager_lines(&old)?;
        if !commit.send_if_unchanged(&run.store).await? {
            break;
        }
    }
    Ok(Outcome::NOTHING_TO_DO)
}
