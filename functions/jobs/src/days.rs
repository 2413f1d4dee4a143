//! Updates a person's stored days, and the deductions for lateness on them, when a schedule or a policy changes.

use app::{Ports, attendance::follow_schedule};
use domain::{
    id::{EventId, UserId},
    leave::request::OpenLeave,
};
use runtime::events::Failure;

use crate::{context::Jobs, decisions::decide};

/// Updates a person's days that aren't over to the schedule; days that don't change aren't written. Costs one read, and one
/// transaction if something changes. Returns the person's pending and future leave, which the same read returns.
pub(crate) async fn follow(jobs: &Jobs, cause: EventId, person: UserId) -> Result<OpenLeave, Failure> {
    let follow_once = async || {
        let stamp = jobs.stamp();
        let ports = Ports { store: &jobs.store, entropy: &*jobs.entropy, now: stamp.at };
        follow_schedule(&ports, stamp, cause, person).await
    };
    decide("the days", person, follow_once).await
}
