//! Updates a person's stored days, and the deductions for lateness on them, when a schedule or a policy changes.

use app::{Ports, attendance::follow_schedule};
use domain::{
    id::{EventId, UserId},
    leave::request::OpenLeave,
};
use runtime::events::Failure;
use store::{CommitError, Condition};

use crate::context::Jobs;

/// The maximum number of attempts when other writers win the race.
const DECISIONS: u32 = 5;

/// Updates a person's days that aren't over to the schedule; days that don't change aren't written. Costs one read, and one
/// transaction if something changes. Returns the person's pending and future leave, which the same read returns.
pub(crate) async fn follow(jobs: &Jobs, cause: EventId, person: UserId) -> Result<OpenLeave, Failure> {
    for _ in 0..DECISIONS {
        let stamp = jobs.stamp();
        let ports = Ports { store: &jobs.store, entropy: &*jobs.entropy, now: stamp.at };
        match follow_schedule(&ports, stamp, cause, person).await {
            Err(CommitError::ConditionFailed(Condition::Version)) => {}
            Err(error) => return Err(Failure::new(format!("the days of {person}: {error}"))),
            Ok(open_leave) => return Ok(open_leave),
        }
    }
    Err(Failure::new(format!("the days of {person} keep changing")))
}
