//! Keys of a person and of the items that belong to the person.

use domain::{
    calendar::WorkDate,
    correction::CorrectionId,
    day::Month,
    id::{DepartmentId, EventId, FamilyId, LeaveRequestId, NotificationNumber, UserId},
    outgoing::LinkPurpose,
    pay::PayPeriod,
    schedule::LeaveTypeCode,
    swap::SwapId,
};

use super::{Key, department_part};

/// The sort key of profiles.
pub(crate) const PROFILE: &str = "PROFILE";

/// The partition of a person and of the items that belong to the person.
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

/// The numbers in terminals that were assigned to a person.
pub fn terminal_numbers(user: UserId) -> Key {
    Key::new(user_partition(user), "TERMINALNUMBERS")
}

/// A person's second factor.
pub fn second_factor(user: UserId) -> Key {
    Key::new(user_partition(user), "MFA")
}

/// The prefix of the sort keys of a person's sessions.
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

/// A person's open session, if any. Writing this item serializes their punches.
pub fn presence(user: UserId) -> Key {
    Key::new(user_partition(user), "PRESENCE")
}

/// The date up to which a person's days have been opened.
pub fn opened(user: UserId) -> Key {
    Key::new(user_partition(user), "OPENED")
}

/// A person's day.
///
/// ```
/// let maria = "01JBN2V7Q4W0M3T9K5ZXH8R6CD".parse()?;
/// let key = store::keys::day(maria, "2026-11-02".parse()?);
/// assert_eq!((key.pk.as_str(), key.sk.as_str()), ("USER#01JBN2V7Q4W0M3T9K5ZXH8R6CD", "DAY#2026-11-02"));
/// # Ok::<(), domain::Invalid>(())
/// ```
pub fn day(user: UserId, date: WorkDate) -> Key {
    Key::new(user_partition(user), format!("{DAY}{date}"))
}

/// The prefix of the sort keys of days.
pub const DAY: &str = "DAY#";

/// The record that a person's day waits for a manager.
pub fn review(user: UserId, date: WorkDate) -> Key {
    Key::new(user_partition(user), format!("{REVIEW}{date}"))
}

/// The prefix of the sort keys of days that wait for a manager.
pub const REVIEW: &str = "REVIEW#";

/// A person's totals of a month in a department.
pub fn month(user: UserId, month: Month, department: Option<DepartmentId>) -> Key {
    Key::new(user_partition(user), format!("{MONTH}{month}#{}", department_part(department)))
}

/// The prefix of the sort keys of month totals.
const MONTH: &str = "MONTH#";

/// Returns the prefix of the sort keys of a year's month totals, for all departments.
pub fn months_of(year: i16) -> String {
    format!("{MONTH}{year:04}-")
}

/// Returns the range of sort keys of a person's totals of some months, for all departments.
pub fn months_between(first: Month, last: Month) -> (String, String) {
    (format!("{MONTH}{first}"), format!("{MONTH}{last}~"))
}

/// Returns the department that a key of totals names.
pub fn department_of_month(key: &Key) -> Option<DepartmentId> {
    key.sk.strip_prefix(MONTH)?.get(8..)?.parse().ok()
}

/// The date on which a person last moved to another department.
pub fn moved(user: UserId) -> Key {
    Key::new(user_partition(user), "MOVED")
}

/// Returns the first date of the month that a key of totals names.
pub fn first_of_month(key: &Key) -> Option<WorkDate> {
    let month = key.sk.strip_prefix(MONTH)?.get(..7)?;
    format!("{month}-01").parse().ok()
}

/// A person's pay profiles.
pub fn pay_profiles(user: UserId) -> Key {
    Key::new(user_partition(user), "PAYPROFILES")
}

/// The time of a person's date that needs a manager's approval before it is paid, with the decisions.
pub fn pay_approval(user: UserId, date: WorkDate) -> Key {
    Key::new(user_partition(user), format!("{PAY_APPROVAL}{date}"))
}

/// The prefix of the sort keys of time that needs approval before it is paid.
pub const PAY_APPROVAL: &str = "PAYAPPROVAL#";

/// A person's timesheet of a pay period. The keys sort by the first date.
pub fn timesheet(user: UserId, period: PayPeriod) -> Key {
    Key::new(user_partition(user), format!("{TIMESHEET}{period}"))
}

/// The prefix of the sort keys of timesheets.
pub const TIMESHEET: &str = "TIMESHEET#";

/// The figures of a person's signed or closed timesheet.
pub fn timesheet_figures(user: UserId, period: PayPeriod) -> Key {
    Key::new(user_partition(user), format!("TIMESHEETFIGURES#{period}"))
}

/// A part of the segments that a person's timesheet was signed with. Parts are numbered from 0.
pub fn timesheet_segments(user: UserId, period: PayPeriod, part: u32) -> Key {
    Key::new(user_partition(user), format!("TIMESHEETSEGMENTS#{period}#{part:03}"))
}

/// The dates of a person's settled timesheets that have changed since, until a later timesheet settles the differences.
pub fn changed_dates(user: UserId) -> Key {
    Key::new(user_partition(user), "CHANGEDDATES")
}

/// The cost of a person's late punches of a month.
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

/// Returns the prefix of the sort keys of a balance's ledger. The entries' numbers follow, in chronological order.
pub fn ledger_of(year: i16, leave_type: &LeaveTypeCode) -> String {
    format!("LEDGER#{year:04}#{}#", leave_type.as_str())
}

/// The record that an entry was booked for that cause, which prevents a second entry.
pub fn booked_for(user: UserId, year: i16, leave_type: &LeaveTypeCode, cause: &str) -> Key {
    Key::new(user_partition(user), format!("BOOKED#{year:04}#{}#{cause}", leave_type.as_str()))
}

/// A person's time account.
pub fn account(user: UserId) -> Key {
    Key::new(user_partition(user), "ACCOUNT")
}

/// An entry of a person's time account, by its id.
pub fn account_entry(user: UserId, id: &str) -> Key {
    Key::new(user_partition(user), format!("{ACCOUNT_ENTRY}{id}"))
}

/// The prefix of the sort keys of the entries of time accounts. The ids begin with their dates.
pub const ACCOUNT_ENTRY: &str = "ACCOUNTENTRY#";

/// A correction that a person requests.
pub fn correction(id: CorrectionId) -> Key {
    Key::new(user_partition(id.owner()), format!("{CORRECTION}{}", id.number()))
}

/// The prefix of the sort keys of corrections.
pub const CORRECTION: &str = "CORRECTION#";

/// A swap, under the person who requests it.
pub fn swap(id: SwapId) -> Key {
    swap_held_by(id.owner(), id)
}

/// A swap as it is stored under one of its two people: the requester has the swap itself, the other person a copy. So all
/// swaps of a person are one range, whoever requested them.
pub fn swap_held_by(holder: UserId, id: SwapId) -> Key {
    Key::new(user_partition(holder), format!("{SWAP}{id}"))
}

/// The prefix of the sort keys of swaps.
pub const SWAP: &str = "SWAP#";

/// A person's leave request.
pub fn leave_request(id: LeaveRequestId) -> Key {
    Key::new(user_partition(id.owner()), format!("{LEAVE}{}", id.number()))
}

/// The prefix of the sort keys of leave requests.
pub const LEAVE: &str = "LEAVE#";

/// A person's pending and future leave requests.
pub fn open_leave(user: UserId) -> Key {
    Key::new(user_partition(user), "OPENLEAVE")
}

/// A notification in a person's inbox.
pub fn note(user: UserId, number: NotificationNumber) -> Key {
    Key::new(user_partition(user), format!("{NOTE}{number}"))
}

/// Returns the number of the notification with a key.
pub fn number_of_note(key: &Key) -> Option<NotificationNumber> {
    key.sk.strip_prefix(NOTE)?.parse().ok()
}

/// The prefix of the sort keys of notifications.
pub const NOTE: &str = "NOTE#";

/// The state of a person's inbox.
pub fn inbox(user: UserId) -> Key {
    Key::new(user_partition(user), "INBOX")
}

/// The record that a person was notified of an event.
pub fn notified(user: UserId, event: EventId) -> Key {
    Key::new(user_partition(user), format!("TOLD#{event}"))
}

/// The prefix of the sort keys of subscriptions to push messages.
pub const PUSH: &str = "PUSH#";

/// The subscription to push messages of a person's session.
pub fn push_subscription(user: UserId, family: FamilyId) -> Key {
    Key::new(user_partition(user), format!("{PUSH}{family}"))
}

/// The link of a purpose that was sent to a person by e-mail.
pub fn account_link(user: UserId, purpose: LinkPurpose) -> Key {
    Key::new(user_partition(user), format!("LINK#{}", purpose.name()))
}

/// Returns the person whose partition a key belongs to.
pub fn owner_of(key: &Key) -> Option<UserId> {
    key.pk.strip_prefix("USER#")?.parse().ok()
}

/// Returns the person and date of the day that a key names.
pub fn day_of(key: &Key) -> Option<(UserId, WorkDate)> {
    Some((owner_of(key)?, key.sk.strip_prefix(DAY)?.parse().ok()?))
}
