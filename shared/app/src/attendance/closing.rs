//! Forgotten clock-outs (docs/rules.md#forgotten-clock-outs).

use domain::{calendar::WorkDate, id::UserId};
use store::{CommitError, Stamp};

use super::{DayUpdate, PresenceUpdate, SignOff, context};
use crate::Ports;

/// Closes the session that a person left open on a date, if it counts as forgotten at the current time. It takes one read and
/// one transaction.
/// Returns whether a session was closed.
///
/// # Errors
///
/// Another change came first, or the table is unavailable.
pub async fn close_forgotten(
    ports: &Ports<'_>,
    stamp: Stamp,
    user: UserId,
    date: WorkDate,
) -> Result<bool, CommitError> {
    let snapshot = ports.store.follow_snapshot(user, vec![date], ports.now).await?;
    let attendance = &snapshot.attendance;
    let Some(person) = &attendance.person else { return Ok(false) };
    let planner = attendance.planner(person);
    // A session of another day is open, so the session of this day is already closed and the list of due days is outdated.
    let Ok(Some(closed)) = context(ports, attendance, &planner).close_forgotten() else { return Ok(false) };
    let update = DayUpdate {
        person,
        attendance,
        book: &snapshot.book,
        changes: &closed.changes,
        presence: PresenceUpdate::Becomes(&closed.presence),
        sign_off: SignOff::Live,
    };
    update.commit(stamp, &closed.facts)?.send(ports.store).await?;
    Ok(true)
}
