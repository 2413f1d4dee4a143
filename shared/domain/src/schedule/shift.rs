//! A shift on a date, as instants.

use std::{fmt, str::FromStr};

use jiff::{Timestamp, tz::TimeZone};
use serde::{Deserialize, Serialize};

use crate::{
    FieldRule, Invalid,
    calendar::{TimeOfDay, WorkDate, Zone},
    id::SiteId,
};

/// Names a shift of one person: its work date and local start, `2026-11-02T09:00`. Natural and stable: opening the date
/// again, or moving its zone, gives the same id, so that nothing is booked for it twice. What a half day leaves of a
/// shift keeps the id of the whole.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ShiftId {
    date: WorkDate,
    start: TimeOfDay,
}

impl ShiftId {
    /// The shift of that date that begins at that time.
    pub const fn new(date: WorkDate, start: TimeOfDay) -> Self {
        Self { date, start }
    }

    /// The work date.
    pub const fn date(self) -> WorkDate {
        self.date
    }

    /// The start.
    pub const fn start(self) -> TimeOfDay {
        self.start
    }

    /// Returns an id that none of the `others` has. Of two zones, two shifts of a date may begin at the same time of day: the
    /// second is named by the next minute that is free.
    #[must_use]
    pub fn apart_from(mut self, others: &[Shift]) -> Self {
        while others.iter().any(|other| other.id == self) {
            self.start = self.start.next_minute();
        }
        self
    }
}

impl fmt::Display for ShiftId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}T{}", self.date, self.start)
    }
}

impl fmt::Debug for ShiftId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl FromStr for ShiftId {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let invalid = || Invalid::new(FieldRule::ShiftId);
        let (date, start) = text.split_once('T').ok_or_else(invalid)?;
        // A time with seconds would be a second spelling of the same shift.
        if start.len() == 5 { Ok(Self { date: date.parse()?, start: start.parse()? }) } else { Err(invalid()) }
    }
}

impl TryFrom<String> for ShiftId {
    type Error = Invalid;

    fn try_from(text: String) -> Result<Self, Invalid> {
        text.parse()
    }
}

impl From<ShiftId> for String {
    fn from(id: ShiftId) -> Self {
        id.to_string()
    }
}

impl utoipa::PartialSchema for ShiftId {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .description(Some(
                "The work date of the shift and its start on the wall clock, by which a day's shifts are told apart.",
            ))
            .examples(["2026-11-02T09:00"])
            .into()
    }
}

impl utoipa::ToSchema for ShiftId {}

/// A stretch in which a person is expected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shift {
    /// Which.
    pub id: ShiftId,
    /// The start.
    pub start_at: Timestamp,
    /// When it ends; later than `start_at`.
    pub end_at: Timestamp,
    /// The unpaid break that its length includes, in seconds because half a day has half of it.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub break_seconds: i64,
    /// Where, when the shift says so itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site_id: Option<SiteId>,
    /// Whether approved leave covers it, so that nobody is expected.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub on_leave: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde wants a reference")]
const fn is_zero(seconds: &i64) -> bool {
    *seconds == 0
}

impl Shift {
    /// The elapsed seconds between its ends; over a DST change not what the wall clock says.
    pub fn length_seconds(&self) -> i64 {
        seconds_between(self.start_at, self.end_at)
    }

    /// What is to be worked of it; nothing on leave.
    pub fn scheduled_seconds(&self) -> i64 {
        if self.on_leave { 0 } else { self.net_seconds() }
    }

    /// The length without the break, leave or not.
    pub(super) fn net_seconds(&self) -> i64 {
        (self.length_seconds() - self.break_seconds).max(0)
    }

    /// The break in whole minutes, rounded down, as in the API.
    pub const fn break_minutes(&self) -> i64 {
        self.break_seconds / 60
    }

    /// Whether the instant lies within it; the end doesn't.
    pub fn holds(&self, at: Timestamp) -> bool {
        self.start_at <= at && at < self.end_at
    }
}

/// Whole seconds from `from` to `until`; punches and shifts are made of whole seconds.
pub(crate) fn seconds_between(from: Timestamp, until: Timestamp) -> i64 {
    until.as_second() - from.as_second()
}

/// The instant `seconds` later, held within what a timestamp can tell.
pub(crate) fn later(at: Timestamp, seconds: i64) -> Timestamp {
    at.saturating_add(jiff::SignedDuration::from_secs(seconds)).unwrap_or(at)
}

/// When a wall clock of the zone shows that date and time. A time that a DST change skips is read as if it hadn't been
/// skipped, one that comes twice is the first (RFC 5545's reading, jiff's "compatible").
pub fn instant_of(zone: &Zone, date: WorkDate, time: TimeOfDay) -> Timestamp {
    let wall = date.date().to_datetime(time.time());
    // No zone moves a date of the years 2000 to 2199 out of jiff's range, so neither fallback is ever taken.
    zone.time_zone().to_timestamp(wall).or_else(|_| TimeZone::UTC.to_timestamp(wall)).unwrap_or(Timestamp::UNIX_EPOCH)
}
