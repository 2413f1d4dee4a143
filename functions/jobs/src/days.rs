//! A person's stored days, as they follow a schedule or a policy that changed, and what lateness cost on them.

use app::{Ports, attendance::follow_schedule};
use domain::{
    id::{EventId, UserId},
    leave::request::OpenLeave,
};
use runtime::events::Failure;
use store::{CommitError, Guard};

use crate::Jobs;

/// How often it is decided in all when somebody else is first.
const DECISIONS: u32 = 5;

/// Lets a person's days that aren't over follow the schedule; what doesn't come out otherwise isn't written. One read, and
/// one transaction where something changes. Gives what they have pending or ahead of leave, which was read along.
pub(crate) async fn follow(jobs: &Jobs, cause: EventId, person: UserId) -> Result<OpenLeave, Failure> {
    for _ in 0..DECISIONS {
        let stamp = jobs.stamp();
        let ports = Ports { store: &jobs.store, entropy: &*jobs.entropy, now: stamp.at };
        match follow_schedule(&ports, stamp, cause, person).await {
            Err(CommitError::ConditionFailed(Guard::Version)) => {}
            Err(error) => return Err(Failure::new(format!("the days of {person}: {error}"))),
            Ok(open_leave) => return Ok(open_leave),
        }
    }
    Err(Failure::new(format!("the days of {person} keep changing")))
}
