//! A person's stored days, as they follow a schedule or a policy that changed.

use domain::{
    calendar::{WorkDate, Zone},
    day::follow_schedule,
    event::{Fact, Subject},
    id::{EventId, UserId},
};
use jiff::Timestamp;
use runtime::events::Failure;
use store::{Commit, CommitError, Guard};

use crate::Jobs;

/// How often it is decided in all when somebody else is first.
const DECISIONS: u32 = 5;

/// Lets a person's days that aren't over follow the schedule; what doesn't come out otherwise isn't written. One read, and
/// one transaction where something changes.
pub(crate) async fn follow(jobs: &Jobs, cause: EventId, person: UserId) -> Result<(), Failure> {
    for _ in 0..DECISIONS {
        match attempt(jobs, cause, person).await {
            Err(CommitError::Lost(Guard::Version)) => {}
            Err(error) => return Err(Failure::new(format!("the days of {person}: {error}"))),
            Ok(()) => return Ok(()),
        }
    }
    Err(Failure::new(format!("the days of {person} keep changing")))
}

async fn attempt(jobs: &Jobs, cause: EventId, id: UserId) -> Result<(), CommitError> {
    let stamp = jobs.stamp();
    let basis = jobs.store.attendance_basis(id, dates_around(stamp.at), None, stamp.at).await?;
    let Some(person) = &basis.person else { return Ok(()) };
    let changes = follow_schedule(&basis.days, &basis.planner(person), stamp.at);
    if changes.is_empty() {
        return Ok(());
    }
    let dates = changes.iter().map(|change| change.after().date()).collect();
    let mut commit = Commit::new(stamp, Subject::User(id), vec![Fact::DaysFollowed { dates, cause }])?;
    commit.change_days(person, &changes)?;
    commit.send(&jobs.store).await
}

/// The dates whose days may be stored already without being over, whatever the zone: a day is opened two hours before its
/// date begins.
fn dates_around(now: Timestamp) -> Vec<WorkDate> {
    let today = Zone::UTC.date_of(now);
    vec![today.previous(), today, today.next()]
}
