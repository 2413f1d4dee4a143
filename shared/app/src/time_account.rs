//! The check that a time account covers what is taken from it.

use domain::{
    id::LeaveRequestId,
    leave::request::{Extent, reserved_time_off, time_off_seconds},
    schedule::{LeaveTypeCode, Planner},
    settings::Settings,
};
use store::leave_snapshot::LeaveSnapshot;

/// The reason why time can't be taken from an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccountRefusal {
    /// The person has no time account, or doesn't track attendance, so that nothing is booked in it.
    NoAccount,
    /// The account would fall below its floor.
    TooLow {
        /// The seconds above the floor.
        left: i64,
        /// The seconds that are to be taken.
        asked: i64,
    },
}

/// Checks that the person's time account covers time off, besides what the person's other requests reserve. Other leave isn't
/// taken from the account.
///
/// # Errors
/// The person has no account, or the time off would take the account below its floor.
pub fn check_time_off(
    snapshot: &LeaveSnapshot,
    planner: &Planner<'_>,
    leave_type: &LeaveTypeCode,
    id: LeaveRequestId,
    extent: Extent<'_>,
) -> Result<(), AccountRefusal> {
    if *leave_type != LeaveTypeCode::time_off() {
        return Ok(());
    }
    let account = snapshot.account.as_ref().filter(|_| planner.person.tracks_attendance);
    let account = account.ok_or(AccountRefusal::NoAccount)?;
    let booked = account.booked_through;
    let available = account.balance_seconds - reserved_time_off(&snapshot.open, Some(id), planner, booked);
    check_taking(planner.settings, available, time_off_seconds(id, extent, planner, booked))
}

/// Checks that an account with `available` seconds may be reduced by `asked` seconds.
///
/// # Errors
/// The account would fall below its floor, and the company's rules refuse that.
pub fn check_taking(settings: &Settings, available: i64, asked: i64) -> Result<(), AccountRefusal> {
    let policy = &settings.time_accounts;
    if policy.allows(available - asked) {
        return Ok(());
    }
    Err(AccountRefusal::TooLow { left: available - policy.floor_seconds().unwrap_or(0), asked })
}
