//! Changes that are decided again when another writer was first.

use domain::id::UserId;
use runtime::events::Failure;
use store::{CommitError, Condition};

/// The maximum number of decisions of a change: one, and others after races lost to other writers.
pub(crate) const MAX_DECISIONS: u32 = 5;

/// Makes a change of a person's items. `items` names them in errors.
///
/// # Errors
/// The table failed, or other writers were always first.
pub(crate) async fn decide<T, F, R>(items: &str, person: UserId, change: F) -> Result<T, Failure>
where
    F: Fn() -> R,
    R: Future<Output = Result<T, CommitError>>,
{
    for _ in 0..MAX_DECISIONS {
        match change().await {
            Err(CommitError::ConditionFailed(Condition::Version)) => {}
            done => return done.map_err(|error| Failure::new(format!("{items} of {person}: {error}"))),
        }
    }
    Err(Failure::new(format!("{items} of {person}: other writers were first {MAX_DECISIONS} times")))
}
