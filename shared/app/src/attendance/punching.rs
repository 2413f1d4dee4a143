//! The shared parts of punches, for all endpoints that accept them.

use domain::{
    day::{PunchContext, Punched},
    schedule::Planner,
    user::User,
};
use store::attendance::{AttendanceSnapshot, ChargedPunchSnapshot};

use super::{DayUpdate, PresenceUpdate, SignOff};
use crate::Ports;

/// Returns the context that a change of a person's day is decided on.
pub const fn context<'a>(
    ports: &Ports<'a>,
    attendance: &'a AttendanceSnapshot,
    planner: &'a Planner<'a>,
) -> PunchContext<'a> {
    let Ports { entropy, now, .. } = *ports;
    PunchContext { planner, presence: &attendance.presence, days: &attendance.days, now, punched_at: None, entropy }
}

/// Returns the update of the day that a punch of `person` causes.
pub fn punch_update<'a>(person: &'a User, snapshot: &'a ChargedPunchSnapshot, punched: &'a Punched) -> DayUpdate<'a> {
    DayUpdate {
        person,
        attendance: &snapshot.attendance,
        book: &snapshot.book,
        changes: &punched.changes,
        presence: PresenceUpdate::Becomes(&punched.presence),
        sign_off: SignOff::Live,
    }
}
