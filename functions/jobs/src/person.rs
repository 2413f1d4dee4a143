//! What a change means for one person: their stored days, the leave that they have pending or ahead, in which
//! department's list their days to review and their corrections stand, and what they leave open when they leave.

use domain::{
    audit::Actor,
    calendar::Zone,
    employment::Employment,
    id::{EventId, UserId},
};
use offboarding::Offboarding;
use runtime::events::Failure;
use store::{Commit, CommitError, Guard, leave_recount::recount_person};

use crate::{Jobs, days};

/// How often requests are put elsewhere in lists after losing a race.
const DECISIONS: u32 = 5;

/// Lets all that a person's profile decides follow it; `corrected` are dates that are over, on which the person turned out
/// to have been employed, or not.
pub(crate) async fn follow_profile(
    jobs: &Jobs,
    cause: EventId,
    person: UserId,
    corrected: &[Employment],
) -> Result<(), Failure> {
    let offboarding = Offboarding {
        store: &jobs.store,
        entropy: &*jobs.entropy,
        person,
        actor: Actor::System,
        request_id: None,
        now: jobs.clock.now(),
    };
    let finished = offboarding.finish(&Zone::UTC).await;
    finished.map_err(|error| Failure::new(format!("what {person} left open: {error}")))?;
    reindex_leave(jobs, person).await?;
    let moved = jobs.store.move_corrections(person, &jobs.stamp()).await;
    moved.map_err(|error| Failure::new(format!("the corrections of {person}: {error}")))?;
    follow(jobs, cause, person).await?;
    if !corrected.is_empty() {
        let followed = jobs.store.follow_employment(person, corrected, cause, jobs.clock.now()).await;
        followed.map_err(|error| Failure::new(format!("the employments of {person}: {error}")))?;
    }
    Ok(())
}

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

/// Puts open leave where lists look for it, as far as the change of the profile had no room for it.
async fn reindex_leave(jobs: &Jobs, person: UserId) -> Result<(), Failure> {
    for _ in 0..DECISIONS {
        match reindex(jobs, person).await {
            Err(CommitError::ConditionFailed(Guard::Version)) => {}
            done => return done.map_err(|error| Failure::new(format!("the lists of the leave of {person}: {error}"))),
        }
    }
    Err(Failure::new(format!("the leave of {person} keeps changing")))
}

async fn reindex(jobs: &Jobs, person: UserId) -> Result<(), CommitError> {
    let (person, requests) = jobs.store.misplaced_leave(person).await?;
    let Some(person) = person.filter(|_| !requests.is_empty()) else { return Ok(()) };
    let mut commit = Commit::without_event(jobs.stamp());
    commit.relist_leave(&person, &requests)?;
    commit.send(&jobs.store).await
}
