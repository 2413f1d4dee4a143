//! Every key of the table, and the names of its attributes. No key string is made anywhere else.
//!
//! Dates and ULIDs sort as text; instants in keys are written with a fixed width for the same reason. `docs/data-model.md`
//! lists what reads which key, and at what cost.

use std::fmt;

use aws_sdk_dynamodb::types::AttributeValue;
use domain::{
    audit::Actor,
    calendar::WorkDate,
    clockwork::Check,
    correction::{CorrectionId, CorrectionStatus},
    day::{Deadline, Due, Month, MonthTotals},
    event::Subject,
    id::{
        DepartmentId, EventId, FamilyId, JobId, KioskId, LeaveRequestId, NotificationNumber, SiteId, UploadId, UserId,
    },
    leave::request::{LeavePeriod, LeaveStatus},
    schedule::LeaveTypeCode,
    swap::{Awaited, SwapId, SwapStatus},
};

use crate::{item::Attributes, opening::ZoneSource};

/// The partition key's attribute.
pub const PK: &str = "pk";
/// The sort key's attribute.
pub const SK: &str = "sk";
/// What indexes project.
pub const ROW: &str = "row";
/// Counts an item's changes.
pub const VERSION: &str = "version";
/// The TTL attribute, in seconds since 1970.
pub const EXPIRES_AT: &str = "expires_at";

/// A global secondary index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Index {
    /// Lists over people: a department's users, a date's board, a month's totals.
    Gsi1,
    /// Sparse: what is due, and by when.
    Gsi2,
}

impl Index {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Gsi1, Self::Gsi2];

    /// What it projects besides keys: the compact row, and the figures of a month, which DynamoDB can only add up as
    /// attributes of their own (`ADD` doesn't reach into a map).
    pub fn projected(self) -> Vec<&'static str> {
        let row = [ROW, VERSION];
        match self {
            Self::Gsi1 => row.into_iter().chain(MonthTotals::default().fields().map(|(figure, _)| figure)).collect(),
            Self::Gsi2 => row.to_vec(),
        }
    }

    /// The index's name in the template.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Gsi1 => "gsi1",
            Self::Gsi2 => "gsi2",
        }
    }

    /// Its partition key's attribute.
    pub const fn pk(self) -> &'static str {
        match self {
            Self::Gsi1 => "gsi1pk",
            Self::Gsi2 => "gsi2pk",
        }
    }

    /// Its sort key's attribute.
    pub const fn sk(self) -> &'static str {
        match self {
            Self::Gsi1 => "gsi1sk",
            Self::Gsi2 => "gsi2sk",
        }
    }
}

/// The primary key of an item.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key {
    /// Partition key.
    pub pk: String,
    /// Sort key.
    pub sk: String,
}

impl Key {
    fn new(pk: impl Into<String>, sk: impl Into<String>) -> Self {
        Self { pk: pk.into(), sk: sk.into() }
    }

    /// The key that an item was read under; empty parts where it has none.
    pub fn of(attributes: &Attributes) -> Self {
        let text = |name| match attributes.get(name) {
            Some(AttributeValue::S(text)) => text.clone(),
            Some(_) | None => String::new(),
        };
        Self::new(text(PK), text(SK))
    }

    /// The key as DynamoDB takes it.
    pub fn attributes(&self) -> Attributes {
        Attributes::from([
            (PK.to_owned(), AttributeValue::S(self.pk.clone())),
            (SK.to_owned(), AttributeValue::S(self.sk.clone())),
        ])
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} / {}", self.pk, self.sk)
    }
}

/// Where an index lists an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndexKey {
    /// Which index.
    pub index: Index,
    /// Its partition key.
    pub pk: String,
    /// Its sort key.
    pub sk: String,
}

/// The partition of what belongs to the company as a whole.
pub const ORG: &str = "ORG";

/// The settings.
pub fn settings() -> Key {
    Key::new(ORG, "SETTINGS")
}

/// Written once, when the company is set up; it counts the active admins.
pub fn admins() -> Key {
    Key::new(ORG, "ADMINS")
}

/// The active managers and admins by what they decide on.
pub fn managers() -> Key {
    Key::new(ORG, "MANAGERS")
}

/// Public signing keys and the cursor key.
pub fn published_keys() -> Key {
    Key::new(ORG, "KEYS")
}

/// Stands once the leave ledger of the company has an entry.
pub fn ledger_started() -> Key {
    Key::new(ORG, "LEDGER")
}

/// The types of leave that differ from those built in.
pub fn leave_types() -> Key {
    Key::new(ORG, "LEAVETYPES")
}

/// One department.
pub fn department(id: DepartmentId) -> Key {
    Key::new(ORG, format!("{DEPARTMENT}{id}"))
}

/// A department that was deleted: days and months of the past still name it.
pub fn former_department(id: DepartmentId) -> Key {
    Key::new(ORG, format!("{FORMER_DEPARTMENT}{id}"))
}

/// What the sort keys of former departments begin with.
pub const FORMER_DEPARTMENT: &str = "FORMERDEPT#";

/// What the sort keys of departments begin with.
pub const DEPARTMENT: &str = "DEPT#";

/// One site.
pub fn site(id: SiteId) -> Key {
    Key::new(ORG, format!("{SITE}{id}"))
}

/// What the sort keys of sites begin with.
pub const SITE: &str = "SITE#";

/// One kiosk.
pub fn kiosk(id: KioskId) -> Key {
    Key::new(ORG, format!("{KIOSK}{id}"))
}

/// What the sort keys of kiosks begin with.
pub const KIOSK: &str = "KIOSK#";

/// Zone and place of every site, small enough to be read with each punch.
pub fn site_book() -> Key {
    Key::new(ORG, "SITES")
}

/// The partition of digests that haven't gone out yet.
pub const DIGESTS: &str = "DIGESTS";

/// What is to be told of a department's people.
pub fn digest(department: Option<DepartmentId>) -> Key {
    Key::new(DIGESTS, department_part(department))
}

/// The zones that people have of their own.
pub fn zones() -> Key {
    Key::new(ORG, "ZONES")
}

/// All holidays of a year.
pub fn holidays(year: i16) -> Key {
    Key::new(ORG, format!("HOLIDAYS#{year:04}"))
}

/// The partition of a person and all that is theirs.
pub fn user_partition(user: UserId) -> String {
    format!("USER#{user}")
}

/// Whose partition a key lies in, if it is a person's.
pub fn holder(key: &Key) -> Option<UserId> {
    key.pk.strip_prefix("USER#")?.parse().ok()
}

/// A person's profile.
pub fn profile(user: UserId) -> Key {
    Key::new(user_partition(user), "PROFILE")
}

/// A person's password hash.
pub fn credential(user: UserId) -> Key {
    Key::new(user_partition(user), "CREDENTIAL")
}

/// The hash of a person's PIN for kiosks.
pub fn pin(user: UserId) -> Key {
    Key::new(user_partition(user), "PIN")
}

/// One sign-in of a person and the refresh token it has come to.
pub fn session(user: UserId, family: FamilyId) -> Key {
    Key::new(user_partition(user), format!("SESSION#{family}"))
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

/// Who has a username.
pub fn unique_username(username: &str) -> Key {
    Key::new(format!("UNIQUE#username#{username}"), "UNIQUE")
}

/// Who has an e-mail address.
pub fn unique_email(email: &str) -> Key {
    Key::new(format!("UNIQUE#email#{email}"), "UNIQUE")
}

/// Failed attempts at a secret of a name, known or not; `name_hash` keeps the table free of what people mistype into the field.
pub fn failed_sign_ins(name_hash: &str) -> Key {
    Key::new(format!("LOCK#{name_hash}"), "LOCK")
}

/// A photo that may be uploaded for a punch.
pub fn upload(id: UploadId) -> Key {
    Key::new(format!("UPLOAD#{id}"), "UPLOAD")
}

/// A piece of long work, and how far it has come.
pub fn job(id: JobId) -> Key {
    Key::new(format!("JOB#{id}"), "JOB")
}

/// One step of a piece of long work.
pub fn job_step(id: JobId, number: u32) -> Key {
    Key::new(format!("JOB#{id}"), format!("STEP#{number:06}"))
}

/// What lets someone open a connection, once; named by a hash, so that the table can't be used to connect.
pub fn live_ticket(hash: &str) -> Key {
    Key::new(format!("TICKET#{hash}"), "TICKET")
}

/// An open connection.
pub fn connection(id: &str) -> Key {
    Key::new(format!("CONN#{id}"), "CONN")
}

/// A person's open connections.
pub fn connections(user: UserId) -> Key {
    Key::new(user_partition(user), "CONNECTIONS")
}

/// A connection that hears of what concerns a department.
pub fn subscription(department: DepartmentId, connection: &str) -> Key {
    Key::new(topic_partition(department), format!("CONN#{connection}"))
}

/// The partition of the connections that hear of what concerns a department.
pub fn topic_partition(department: DepartmentId) -> String {
    format!("TOPIC#{department}")
}

/// How far a check of the clockwork that walks over everyone has come.
pub fn check_progress(check: Check) -> Key {
    Key::new(format!("CHECK#{check}"), "PROGRESS")
}

/// How far a piece of long work has come.
pub fn progress(job: JobId) -> Key {
    Key::new(format!("JOB#{job}"), "PROGRESS")
}

/// An event of the outbox. One subject's events share a partition, so that the stream keeps their order.
pub fn outbox(subject: Subject, event: EventId) -> Key {
    Key::new(format!("OUTBOX#{subject}"), event.to_string())
}

/// What the partition keys of the outbox begin with: the filter of the stream's readers.
pub const OUTBOX: &str = "OUTBOX#";

/// The audit of a subject.
pub fn audit_partition(subject: Subject) -> String {
    format!("AUDIT#{subject}")
}

/// An audit entry.
pub fn audit(subject: Subject, entry: EventId) -> Key {
    Key::new(audit_partition(subject), entry.to_string())
}

/// The saved answer of a request that may be repeated.
pub fn idempotency(hash: &str) -> Key {
    Key::new(format!("IDEM#{hash}"), "IDEM")
}

/// Index: people of a department by name.
pub fn users_index(department: Option<DepartmentId>, name: &str, user: UserId) -> IndexKey {
    IndexKey { index: Index::Gsi1, pk: users_index_partition(department), sk: format!("{}#{user}", sortable(name)) }
}

/// The index partition of a department's people.
pub fn users_index_partition(department: Option<DepartmentId>) -> String {
    format!("USERS#{}", department_part(department))
}

/// Index: everyone's day of a date and department by name.
pub fn board_index(date: WorkDate, department: Option<DepartmentId>, name: &str, user: UserId) -> IndexKey {
    IndexKey {
        index: Index::Gsi1,
        pk: board_index_partition(date, department),
        sk: format!("{}#{user}", sortable(name)),
    }
}

/// The index partition of a department's board of a date. Its sort keys are those of the department's people.
pub fn board_index_partition(date: WorkDate, department: Option<DepartmentId>) -> String {
    format!("BOARD#{date}#{}", department_part(department))
}

/// The index partition of a department's totals of a month.
pub fn months_index_partition(month: Month, department: Option<DepartmentId>) -> String {
    format!("MONTHS#{month}#{}", department_part(department))
}

/// Index: who moved to a department, by when.
pub fn moves_index(department: Option<DepartmentId>, on: WorkDate, user: UserId) -> IndexKey {
    IndexKey { index: Index::Gsi2, pk: moves_index_partition(department), sk: format!("{on}#{user}") }
}

/// The index partition of those who moved to a department.
pub fn moves_index_partition(department: Option<DepartmentId>) -> String {
    format!("MOVED#{}", department_part(department))
}

/// Index: totals of a month and department.
pub fn months_index(month: Month, department: Option<DepartmentId>, user: UserId) -> IndexKey {
    IndexKey { index: Index::Gsi1, pk: months_index_partition(month, department), sk: user.to_string() }
}

/// Index: corrections that people of a department asked for, by status and age.
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

/// What the index's sort keys of corrections of a status begin with: read backwards, what waits comes first.
pub const fn corrections_of_status(status: CorrectionStatus) -> &'static str {
    match status {
        CorrectionStatus::Pending => "4#",
        CorrectionStatus::Approved => "3#",
        CorrectionStatus::Rejected => "2#",
        CorrectionStatus::Withdrawn => "1#",
    }
}

/// The thing that a sort key of an index by status and age is of.
pub fn owned_of_index<T: std::str::FromStr>(sort: &str) -> Option<T> {
    sort.rsplit_once('#')?.1.parse().ok()
}

/// Index: leave that people of a department asked for, by status and age.
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

/// What the index's sort keys of leave requests of a status begin with: read backwards, what waits comes first.
pub const fn leave_of_status(status: LeaveStatus) -> &'static str {
    match status {
        LeaveStatus::Pending => "4#",
        LeaveStatus::Approved => "3#",
        LeaveStatus::Rejected => "2#",
        LeaveStatus::Cancelled => "1#",
    }
}

/// Index: who of a department is or may be away, by the last date.
pub fn away_index(department: Option<DepartmentId>, period: &LeavePeriod, id: LeaveRequestId) -> IndexKey {
    let sk = format!("{}#{}#{id}", period.end_date(), period.start_date());
    IndexKey { index: Index::Gsi2, pk: away_index_partition(department), sk }
}

/// The index partition of a department's leave calendar.
pub fn away_index_partition(department: Option<DepartmentId>) -> String {
    format!("AWAY#{}", department_part(department))
}

/// Index: swaps that people of a department asked for or are asked, by status and age.
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

/// What the index's sort keys of swaps of a status begin with: read backwards, what waits for a manager comes first.
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

/// What the index's sort keys of swaps that wait for a manager begin with.
pub const SWAPS_AWAITING_MANAGER: &str = "71#";

/// The swap that a sort key of the index is of.
pub fn swap_of_index(sort: &str) -> Option<SwapId> {
    sort.split_once('#')?.1.parse().ok()
}

/// Index: swaps that somebody still waits for, by when they expire, spread as deadlines are.
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

/// Index: days with a deadline ahead, by who looks at them, spread over [`DUE_SHARDS`] partitions by person.
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

/// The last sort key of a shard that has come due at an instant.
pub fn due_until(at: jiff::Timestamp) -> String {
    // Sorts after every person's id.
    format!("{}#~", instant(at))
}

/// The person whose partition a key lies in.
pub fn owner_of(key: &Key) -> Option<UserId> {
    key.pk.strip_prefix("USER#")?.parse().ok()
}

/// The day that a key is of.
pub fn day_of(key: &Key) -> Option<(UserId, WorkDate)> {
    Some((owner_of(key)?, key.sk.strip_prefix(DAY)?.parse().ok()?))
}

/// Index: whose day is to be opened next, by where their zone comes from and the last date that was opened.
pub fn opens_index(source: &ZoneSource, through: Option<WorkDate>, user: UserId) -> IndexKey {
    // Sorts before every date.
    let through = through.map_or_else(|| "0000-00-00".to_owned(), |date| date.to_string());
    IndexKey { index: Index::Gsi2, pk: opens_index_partition(source), sk: format!("{through}#{user}") }
}

/// The index partition of those who have their zone from there.
pub fn opens_index_partition(source: &ZoneSource) -> String {
    match source {
        ZoneSource::Company => "OPENS#COMPANY".to_owned(),
        ZoneSource::Site(site) => format!("OPENS#SITE#{site}"),
        ZoneSource::Own(zone) => format!("OPENS#ZONE#{zone}"),
    }
}

/// Over how many partitions deadlines are spread.
pub const DUE_SHARDS: u8 = 8;

/// Who acts, for the fingerprint of an idempotency key.
pub fn actor(actor: Actor) -> String {
    match actor {
        Actor::User { id } => format!("user:{id}"),
        Actor::System => "system".to_owned(),
    }
}

/// An instant in a key: fixed width, so that it sorts.
pub fn instant(at: jiff::Timestamp) -> String {
    format!("{at:.3}")
}

/// The part of a key that names a department or the lack of one.
fn department_part(department: Option<DepartmentId>) -> String {
    department.map_or_else(|| "NONE".to_owned(), |id| id.to_string())
}

/// A name as lists sort it: folded, and short enough for a key.
pub fn sortable(name: &str) -> String {
    name.to_lowercase().chars().take(60).collect()
}
