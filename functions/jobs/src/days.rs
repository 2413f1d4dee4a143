//! A person's stored days, as they follow a schedule or a policy that changed, and what lateness cost on them.

use domain::{
    calendar::{WorkDate, Zone},
    day::follow_schedule,
    event::{Fact, Subject},
    id::{EventId, UserId},
    leave::request::OpenLeave,
};
use jiff::Timestamp;
use runtime::events::Failure;
use store::{Commit, CommitError, Guard, lateness::LateCosts};

use crate::Jobs;

/// How often it is decided in all when somebody else is first.
const DECISIONS: u32 = 5;

/// Lets a person's days that aren't over follow the schedule; what doesn't come out otherwise isn't written. One read, and
/// one transaction where something changes. Gives what they have pending or ahead of leave, which was read along.
pub(crate) async fn follow(jobs: &Jobs, cause: EventId, person: UserId) -> Result<OpenLeave, Failure> {
    for _ in 0..DECISIONS {
        match attempt(jobs, cause, person).await {
            Err(CommitError::Lost(Guard::Version)) => {}
            Err(error) => return Err(Failure::new(format!("the days of {person}: {error}"))),
            Ok(open_leave) => return Ok(open_leave),
        }
    }
    Err(Failure::new(format!("the days of {person} keep changing")))
}

async fn attempt(jobs: &Jobs, cause: EventId, id: UserId) -> Result<OpenLeave, CommitError> {
    let stamp = jobs.stamp();
    let basis = jobs.store.follow_basis(id, dates_around(stamp.at), stamp.at).await?;
    let attendance = &basis.attendance;
    let Some(person) = &attendance.person else { return Ok(OpenLeave::default()) };
    let changes = follow_schedule(&attendance.days, &attendance.planner(person), stamp.at);
    if changes.is_empty() {
        return Ok(basis.open_leave);
    }
    let costs = LateCosts::of(attendance, &basis.book, person, &changes, stamp.actor, stamp.at);
    let dates = changes.iter().map(|change| change.after().date()).collect();
    let followed = Fact::DaysFollowed { dates, cause };
    let facts = std::iter::once(followed).chain(costs.facts().iter().cloned()).collect();
    let mut commit = Commit::new(stamp, Subject::User(id), facts)?;
    commit.change_days(person, &changes)?;
    commit.charge_lateness(id, &costs)?;
    commit.send(&jobs.store).await?;
    Ok(basis.open_leave)
}

/// The dates whose days may be stored already without being over, whatever the zone: a day is opened two hours before its
/// date begins.
fn dates_around(now: Timestamp) -> Vec<WorkDate> {
    let today = Zone::UTC.date_of(now);
    vec![today.previous(), today, today.next(), today.plus_days(2)]
}
