//! What a change means for one person: their stored days, the leave that they have pending or ahead, and in which
//! department's list their days to review stand.

use domain::id::{EventId, UserId};
use runtime::events::Failure;
use store::leave_recount::recount_person;

use crate::{Jobs, days};

/// Lets all that a person's schedule and department decide follow them. Two reads for someone without leave ahead, of whom
/// nothing changes.
pub(crate) async fn follow(jobs: &Jobs, cause: EventId, person: UserId) -> Result<(), Failure> {
    let open_leave = days::follow(jobs, cause, person).await?;
    if !open_leave.entries().is_empty() {
        let counted = recount_person(&jobs.store, person, cause, jobs.clock.now()).await;
        counted.map_err(|error| Failure::new(format!("the leave of {person}: {error}")))?;
    }
    let moved = jobs.store.move_reviews(person, &jobs.stamp()).await;
    moved.map_err(|error| Failure::new(format!("the days to review of {person}: {error}")))?;
    Ok(())
}
