//! The rows of both indexes, and the names of their partitions.

use domain::{
    calendar::WorkDate,
    correction::{CorrectionId, CorrectionStatus},
    day::{Deadline, Due, Month},
    id::{DepartmentId, EventId, JobId, LeaveRequestId, UserId, WebhookId},
    leave::request::{LeavePeriod, LeaveStatus},
    outgoing::{OutgoingMessage, Recipient},
    swap::{Awaited, SwapId, SwapStatus},
};

use super::{Index, IndexKey, department_part, instant, sortable};
use crate::opening::ZoneSource;

/// Index: people of a department by name.
pub fn users_index(department: Option<DepartmentId>, name: &str, user: UserId) -> IndexKey {
    IndexKey { index: Index::Gsi1, pk: users_index_partition(department), sk: format!("{}#{user}", sortable(name)) }
}

/// The index partition of a department's people.
pub fn users_index_partition(department: Option<DepartmentId>) -> String {
    format!("USERS#{}", department_part(department))
}

/// Index: people who have registered and wait for activation, by the time of their registration.
pub fn registrations_index(user: UserId) -> IndexKey {
    IndexKey { index: Index::Gsi2, pk: REGISTRATIONS.to_owned(), sk: user.to_string() }
}

/// The index partition of people who wait for activation.
pub const REGISTRATIONS: &str = "REGISTRATIONS";

/// Index: people's days of a date and department, by name.
pub fn board_index(date: WorkDate, department: Option<DepartmentId>, name: &str, user: UserId) -> IndexKey {
    IndexKey {
        index: Index::Gsi1,
        pk: board_index_partition(date, department),
        sk: format!("{}#{user}", sortable(name)),
    }
}

/// The index partition of a department's board of a date. It has the same sort keys as the partition of the department's
/// people.
pub fn board_index_partition(date: WorkDate, department: Option<DepartmentId>) -> String {
    format!("BOARD#{date}#{}", department_part(department))
}

/// The index partition of a department's totals of a month.
pub fn months_index_partition(month: Month, department: Option<DepartmentId>) -> String {
    format!("MONTHS#{month}#{}", department_part(department))
}

/// Index: people who moved to a department, by date.
pub fn moves_index(department: Option<DepartmentId>, on: WorkDate, user: UserId) -> IndexKey {
    IndexKey { index: Index::Gsi2, pk: moves_index_partition(department), sk: format!("{on}#{user}") }
}

/// The index partition of the people who moved to a department.
pub fn moves_index_partition(department: Option<DepartmentId>) -> String {
    format!("MOVED#{}", department_part(department))
}

/// Index: totals of a month and department.
pub fn months_index(month: Month, department: Option<DepartmentId>, user: UserId) -> IndexKey {
    IndexKey { index: Index::Gsi1, pk: months_index_partition(month, department), sk: user.to_string() }
}

/// Index: corrections that people of a department requested, by status and age.
pub fn corrections_index(department: Option<DepartmentId>, status: CorrectionStatus, id: CorrectionId) -> IndexKey {
    IndexKey {
        index: Index::Gsi1,
        pk: corrections_index_partition(department),
        sk: format!("{}{id}", corrections_of_status(status)),
    }
}

/// The index partition of a department's corrections.
pub fn corrections_index_partition(department: Option<DepartmentId>) -> String {
    format!("CORRECTIONS#{}", department_part(department))
}

/// Returns the prefix of the index's sort keys for corrections of a status. In descending order, pending ones come first.
pub const fn corrections_of_status(status: CorrectionStatus) -> &'static str {
    match status {
        CorrectionStatus::Pending => "4#",
        CorrectionStatus::Approved => "3#",
        CorrectionStatus::Rejected => "2#",
        CorrectionStatus::Withdrawn => "1#",
    }
}

/// Index: days of a department's people that wait for a manager, by date.
pub fn reviews_index(department: Option<DepartmentId>, date: WorkDate, user: UserId) -> IndexKey {
    IndexKey { index: Index::Gsi2, pk: reviews_index_partition(department), sk: format!("{date}#{user}") }
}

/// The index partition of a department's days that wait for a manager.
pub fn reviews_index_partition(department: Option<DepartmentId>) -> String {
    format!("REVIEWS#{}", department_part(department))
}

/// Index: dates of a department's people with time that waits for approval, by date.
pub fn pay_approvals_index(department: Option<DepartmentId>, date: WorkDate, user: UserId) -> IndexKey {
    IndexKey { index: Index::Gsi2, pk: pay_approvals_index_partition(department), sk: format!("{date}#{user}") }
}

/// The index partition of a department's dates with time that waits for approval.
pub fn pay_approvals_index_partition(department: Option<DepartmentId>) -> String {
    format!("PAYAPPROVALS#{}", department_part(department))
}

/// Returns the day that a sort key of the index of waiting days names.
pub fn review_of_index(sort: &str) -> Option<(WorkDate, UserId)> {
    let (date, user) = sort.split_once('#')?;
    Some((date.parse().ok()?, user.parse().ok()?))
}

/// Returns the id that a sort key of an index by status and age names.
pub fn owned_of_index<T: std::str::FromStr>(sort: &str) -> Option<T> {
    sort.rsplit_once('#')?.1.parse().ok()
}

/// Index: leave that people of a department requested, by status and age.
pub fn leave_index(department: Option<DepartmentId>, status: LeaveStatus, id: LeaveRequestId) -> IndexKey {
    IndexKey {
        index: Index::Gsi1,
        pk: leave_index_partition(department),
        sk: format!("{}{id}", leave_of_status(status)),
    }
}

/// The index partition of a department's leave requests.
pub fn leave_index_partition(department: Option<DepartmentId>) -> String {
    format!("LEAVE#{}", department_part(department))
}

/// Returns the prefix of the index's sort keys for leave requests of a status. In descending order, pending ones come first.
pub const fn leave_of_status(status: LeaveStatus) -> &'static str {
    match status {
        LeaveStatus::Pending => "4#",
        LeaveStatus::Approved => "3#",
        LeaveStatus::Rejected => "2#",
        LeaveStatus::Cancelled => "1#",
    }
}

/// Index: people of a department who are or may be away, by the last date.
pub fn away_index(department: Option<DepartmentId>, period: &LeavePeriod, id: LeaveRequestId) -> IndexKey {
    let sk = format!("{}#{}#{id}", period.end_date(), period.start_date());
    IndexKey { index: Index::Gsi2, pk: away_index_partition(department), sk }
}

/// The index partition of a department's leave calendar.
pub fn away_index_partition(department: Option<DepartmentId>) -> String {
    format!("AWAY#{}", department_part(department))
}

/// Index: swaps that people of a department requested or are asked to accept, by status and age.
pub fn swaps_index(
    department: Option<DepartmentId>,
    status: SwapStatus,
    awaited: Option<Awaited>,
    id: SwapId,
) -> IndexKey {
    let waits = match awaited {
        Some(Awaited::Manager) => "1",
        Some(Awaited::Other) | None => "0",
    };
    let sk = format!("{}{waits}#{id}", swaps_of_status(status));
    IndexKey { index: Index::Gsi1, pk: swaps_index_partition(department), sk }
}

/// The index partition of a department's swaps.
pub fn swaps_index_partition(department: Option<DepartmentId>) -> String {
    format!("SWAPS#{}", department_part(department))
}

/// Returns the prefix of the index's sort keys for swaps of a status. In descending order, those that wait for a manager
/// come first.
pub const fn swaps_of_status(status: SwapStatus) -> &'static str {
    match status {
        SwapStatus::Accepted => "7",
        SwapStatus::Pending => "6",
        SwapStatus::Approved => "5",
        SwapStatus::Declined => "4",
        SwapStatus::Rejected => "3",
        SwapStatus::Withdrawn => "2",
        SwapStatus::Expired => "1",
    }
}

/// The prefix of the index's sort keys for swaps that wait for a manager.
pub const SWAPS_AWAITING_MANAGER: &str = "71#";

/// Returns the swap that a sort key of the index names.
pub fn swap_of_index(sort: &str) -> Option<SwapId> {
    sort.split_once('#')?.1.parse().ok()
}

/// Index: open swaps by the time at which they expire, distributed over shards like deadlines.
pub fn expiring_index(at: jiff::Timestamp, id: SwapId) -> IndexKey {
    let shard = id.owner().ulid().random() % u128::from(DUE_SHARDS);
    IndexKey {
        index: Index::Gsi2,
        pk: expiring_index_partition(u8::try_from(shard).unwrap_or_default()),
        sk: format!("{}#{id}", instant(at)),
    }
}

/// The index partition of a shard's swaps that expire.
pub fn expiring_index_partition(shard: u8) -> String {
    format!("EXPIRING#{shard}")
}

/// Index: unfinished exports, by the time of the request.
pub fn open_exports_index(created_at: jiff::Timestamp, id: JobId) -> IndexKey {
    IndexKey { index: Index::Gsi2, pk: OPEN_EXPORTS.to_owned(), sk: format!("{}#{id}", instant(created_at)) }
}

/// The index partition of unfinished exports.
pub const OPEN_EXPORTS: &str = "EXPORTS#OPEN";

/// Index: deliveries of a webhook that aren't done, by the time of the next attempt.
pub fn pending_deliveries_index(webhook: WebhookId, due_at: jiff::Timestamp, event: EventId) -> IndexKey {
    IndexKey {
        index: Index::Gsi2,
        pk: pending_deliveries_index_partition(webhook),
        sk: format!("{}#{event}", instant(due_at)),
    }
}

/// The index partition of a webhook's deliveries that aren't done.
pub fn pending_deliveries_index_partition(webhook: WebhookId) -> String {
    format!("DELIVERIES#{webhook}")
}

/// Index: days with a future deadline, by the job that examines them, distributed over [`DUE_SHARDS`] partitions by person.
pub fn due_index(deadline: Deadline, user: UserId) -> IndexKey {
    let shard = user.ulid().random() % u128::from(DUE_SHARDS);
    IndexKey {
        index: Index::Gsi2,
        pk: format!("{}{shard}", due_of(Due::of(deadline.kind))),
        sk: format!("{}#{user}", instant(deadline.at)),
    }
}

/// The index partition of a shard's deadlines.
pub fn due_index_partition(due: Due, shard: u8) -> String {
    format!("{}{shard}", due_of(due))
}

const fn due_of(due: Due) -> &'static str {
    match due {
        Due::Shift => "DUE#SHIFT#",
        Due::Session => "DUE#SESSION#",
    }
}

/// Returns the last sort key of a shard that has come due at an instant.
pub fn due_until(at: jiff::Timestamp) -> String {
    // Sorts after every person's id.
    format!("{}#~", instant(at))
}

/// Index: messages that wait to be sent, by the time at which they are due.
pub fn outgoing_index(message: &OutgoingMessage) -> IndexKey {
    let to = match message.to {
        Recipient::Person(user) => format!("person#{user}"),
        Recipient::Department(department) => format!("department#{department}"),
    };
    IndexKey { index: Index::Gsi2, pk: OUTGOING_MESSAGES.to_owned(), sk: format!("{}#{to}", instant(message.due_at)) }
}

/// The index partition of messages that wait to be sent.
pub const OUTGOING_MESSAGES: &str = "OUTGOING";

/// Returns the recipient that a sort key of the index of messages names.
pub fn recipient_of_index(sort: &str) -> Option<Recipient> {
    let (_, to) = sort.split_once('#')?;
    match to.split_once('#')? {
        ("person", user) => Some(Recipient::Person(user.parse().ok()?)),
        ("department", department) => Some(Recipient::Department(department.parse().ok()?)),
        _ => None,
    }
}

/// Index: people whose next day is to be opened, by the source of their zone and the last date that was opened.
pub fn opens_index(source: &ZoneSource, through: Option<WorkDate>, user: UserId) -> IndexKey {
    // Sorts before every date.
    let through = through.map_or_else(|| "0000-00-00".to_owned(), |date| date.to_string());
    IndexKey { index: Index::Gsi2, pk: opens_index_partition(source), sk: format!("{through}#{user}") }
}

/// The index partition of the people whose zone has that source.
pub fn opens_index_partition(source: &ZoneSource) -> String {
    match source {
        ZoneSource::Company => "OPENS#COMPANY".to_owned(),
        ZoneSource::Site(site) => format!("OPENS#SITE#{site}"),
        ZoneSource::Own(zone) => format!("OPENS#ZONE#{zone}"),
    }
}

/// Index: time accounts by the last date that is booked.
pub fn accounts_index(through: WorkDate, user: UserId) -> IndexKey {
    IndexKey { index: Index::Gsi2, pk: ACCOUNTS.to_owned(), sk: format!("{through}#{user}") }
}

/// The index partition of time accounts.
pub const ACCOUNTS: &str = "ACCOUNTS";

/// The number of partitions over which deadlines are distributed.
pub const DUE_SHARDS: u8 = 8;
