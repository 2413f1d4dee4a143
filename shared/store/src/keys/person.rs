//! A person and all that is theirs.

use domain::{
    calendar::WorkDate,
    correction::CorrectionId,
    day::Month,
    id::{DepartmentId, EventId, FamilyId, LeaveRequestId, NotificationNumber, UserId},
    schedule::LeaveTypeCode,
    swap::SwapId,
};

use super::{Key, department_part};

/// The sort key of profiles.
pub(crate) const PROFILE: &str = "PROFILE";

/// The partition of a person and all that is theirs.
pub fn user_partition(user: UserId) -> String {
    format!("USER#{user}")
}

/// A person's profile.
pub fn profile(user: UserId) -> Key {
    Key::new(user_partition(user), PROFILE)
}

/// A person's password hash.
pub fn credential(user: UserId) -> Key {
    Key::new(user_partition(user), "CREDENTIAL")
}

/// The hash of a person's PIN for kiosks.
pub fn pin(user: UserId) -> Key {
    Key::new(user_partition(user), "PIN")
}

/// The badge that a person punches with at kiosks.
pub fn badge(user: UserId) -> Key {
    Key::new(user_partition(user), "BADGE")
}

/// A person's second factor.
pub fn second_factor(user: UserId) -> Key {
    Key::new(user_partition(user), "MFA")
}

/// What the sort keys of a person's sessions begin with.
pub const SESSION: &str = "SESSION#";

/// One session of a person.
pub fn session(user: UserId, family: FamilyId) -> Key {
    Key::new(user_partition(user), format!("{SESSION}{family}"))
}

/// A person's patterns.
pub fn schedule(user: UserId) -> Key {
    Key::new(user_partition(user), "SCHEDULE")
}

/// A person's overrides, swaps and leave of a year.
pub fn schedule_year(user: UserId, year: i16) -> Key {
    Key::new(user_partition(user), format!("SCHEDULE#{year:04}"))
}

/// A person's calendar feed.
pub fn feed(user: UserId) -> Key {
    Key::new(user_partition(user), "FEED")
}

/// Where a person's open session is, if any: what serializes their punches.
pub fn presence(user: UserId) -> Key {
    Key::new(user_partition(user), "PRESENCE")
}

/// Up to which date a person's days have been opened.
pub fn opened(user: UserId) -> Key {
    Key::new(user_partition(user), "OPENED")
}

/// A person's day.
pub fn day(user: UserId, date: WorkDate) -> Key {
    Key::new(user_partition(user), format!("{DAY}{date}"))
}

/// What the sort keys of days begin with.
pub const DAY: &str = "DAY#";

/// That a person's day waits for a manager.
pub fn review(user: UserId, date: WorkDate) -> Key {
    Key::new(user_partition(user), format!("{REVIEW}{date}"))
}

/// What the sort keys of days that wait for a manager begin with.
pub const REVIEW: &str = "REVIEW#";

/// A person's totals of a month in a department.
pub fn month(user: UserId, month: Month, department: Option<DepartmentId>) -> Key {
    Key::new(user_partition(user), format!("{MONTH}{month}#{}", department_part(department)))
}

/// What the sort keys of month totals begin with.
const MONTH: &str = "MONTH#";

/// What the sort keys of a year's month totals begin with, whatever the department.
pub fn months_of(year: i16) -> String {
    format!("{MONTH}{year:04}-")
}

/// The sort keys between which a person's totals of some months lie, whatever the departments.
pub fn months_between(first: Month, last: Month) -> (String, String) {
    (format!("{MONTH}{first}"), format!("{MONTH}{last}~"))
}

/// The department that a key of totals is of.
pub fn department_of_month(key: &Key) -> Option<DepartmentId> {
    key.sk.strip_prefix(MONTH)?.get(8..)?.parse().ok()
}

/// When a person last moved to another department.
pub fn moved(user: UserId) -> Key {
    Key::new(user_partition(user), "MOVED")
}

/// The first date of the month that a key of totals is of.
pub fn first_of_month(key: &Key) -> Option<WorkDate> {
    let month = key.sk.strip_prefix(MONTH)?.get(..7)?;
    format!("{month}-01").parse().ok()
}

/// What a person's late punches of a month cost.
pub fn late_month(user: UserId, month: Month) -> Key {
    Key::new(user_partition(user), format!("LATENESS#{month}"))
}

/// A person's balance of a leave year and type.
pub fn balance(user: UserId, year: i16, leave_type: &LeaveTypeCode) -> Key {
    Key::new(user_partition(user), format!("BALANCE#{year:04}#{}", leave_type.as_str()))
}

/// An entry of a balance's ledger.
pub fn ledger_entry(user: UserId, year: i16, leave_type: &LeaveTypeCode, number: u32) -> Key {
    Key::new(user_partition(user), format!("{}{number:06}", ledger_of(year, leave_type)))
}

/// What the sort keys of a balance's ledger begin with. The entries follow by number, which is the order of time.
pub fn ledger_of(year: i16, leave_type: &LeaveTypeCode) -> String {
    format!("LEDGER#{year:04}#{}#", leave_type.as_str())
}

/// Stands where something was booked for that cause, so that it isn't booked again.
pub fn booked_for(user: UserId, year: i16, leave_type: &LeaveTypeCode, cause: &str) -> Key {
    Key::new(user_partition(user), format!("BOOKED#{year:04}#{}#{cause}", leave_type.as_str()))
}

/// A correction that a person asks for.
pub fn correction(id: CorrectionId) -> Key {
    Key::new(user_partition(id.owner()), format!("{CORRECTION}{}", id.number()))
}

/// What the sort keys of corrections begin with.
pub const CORRECTION: &str = "CORRECTION#";

/// A swap, under who asks.
pub fn swap(id: SwapId) -> Key {
    swap_held_by(id.owner(), id)
}

/// A swap as one of the two holds it: who asks the swap itself, who is asked its copy. So a person's swaps are one
/// stretch, whoever asked.
pub fn swap_held_by(holder: UserId, id: SwapId) -> Key {
    Key::new(user_partition(holder), format!("{SWAP}{id}"))
}

/// What the sort keys of swaps begin with.
pub const SWAP: &str = "SWAP#";

/// Leave that a person asks for.
pub fn leave_request(id: LeaveRequestId) -> Key {
    Key::new(user_partition(id.owner()), format!("{LEAVE}{}", id.number()))
}

/// What the sort keys of leave requests begin with.
pub const LEAVE: &str = "LEAVE#";

/// The requests of a person that are pending or ahead.
pub fn open_leave(user: UserId) -> Key {
    Key::new(user_partition(user), "OPENLEAVE")
}

/// An item of a person's inbox.
pub fn note(user: UserId, number: NotificationNumber) -> Key {
    Key::new(user_partition(user), format!("{NOTE}{number}"))
}

/// What the sort keys of an inbox's items begin with.
pub const NOTE: &str = "NOTE#";

/// The state of a person's inbox.
pub fn inbox(user: UserId) -> Key {
    Key::new(user_partition(user), "INBOX")
}

/// That a person was told of an event.
pub fn told(user: UserId, event: EventId) -> Key {
    Key::new(user_partition(user), format!("TOLD#{event}"))
}

/// The person whose partition a key lies in.
pub fn owner_of(key: &Key) -> Option<UserId> {
    key.pk.strip_prefix("USER#")?.parse().ok()
}

/// The day that a key is of.
pub fn day_of(key: &Key) -> Option<(UserId, WorkDate)> {
    Some((owner_of(key)?, key.sk.strip_prefix(DAY)?.parse().ok()?))
}
