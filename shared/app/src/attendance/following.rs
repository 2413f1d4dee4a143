//! Updates stored days after a change of a schedule or a policy.

use domain::{
    calendar::{WorkDate, Zone},
    day,
    event::{DayFact, Fact},
    id::{EventId, UserId},
    leave::request::OpenLeave,
};
use jiff::Timestamp;
use store::{CommitError, Stamp};

use super::{DayUpdate, PresenceUpdate, SignOff};
use crate::Ports;

/// Updates a person's days that aren't over to the schedule, and recalculates the deduction for their lateness. Unchanged days
/// aren't written. It takes one read, and one transaction if something changes. Returns the person's pending and future leave,
/// which the same read contains. `cause` is the event of the change.
///
/// # Errors
///
/// Another change came first, or the table is unavailable.
pub async fn follow_schedule(
    ports: &Ports<'_>,
    stamp: Stamp,
    cause: EventId,
    user: UserId,
) -> Result<OpenLeave, CommitError> {
    let snapshot = ports.store.follow_snapshot(user, dates_around(ports.now), ports.now).await?;
    let attendance = &snapshot.attendance;
    let Some(person) = &attendance.person else { return Ok(OpenLeave::default()) };
    let changes = day::follow_schedule(&attendance.days, &attendance.planner(person), ports.now);
    if changes.is_empty() {
        return Ok(snapshot.open_leave);
    }
    let dates = changes.iter().map(|change| change.after().date()).collect();
    let presence = PresenceUpdate::Stays;
    // The days aren't over.
    let sign_off = SignOff::Live;
    let update = DayUpdate { person, attendance, book: &snapshot.book, changes: &changes, presence, sign_off };
    update.commit(stamp, &[Fact::Day(DayFact::DaysFollowed { dates, cause })])?.send(ports.store).await?;
    Ok(snapshot.open_leave)
}

/// Returns the dates whose days may be stored and not be over, in any zone: a day is created two hours before its date begins.
fn dates_around(now: Timestamp) -> Vec<WorkDate> {
    let today = Zone::UTC.date_of(now);
    vec![today.previous(), today, today.next(), today.plus_days(2)]
}
