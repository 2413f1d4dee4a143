//! A shift on a date, with its start and end as instants.

use std::{fmt, str::FromStr};

use jiff::{Timestamp, tz::TimeZone};
use serde::{Deserialize, Serialize};

use crate::{
    FieldRule, Invalid,
    calendar::{TimeOfDay, WorkDate, Zone},
    id::SiteId,
    text_form::text_form,
};

/// The id of a shift of one person: its work date and its local start, `2026-11-02T09:00`. The id is natural and stable: if the
/// date is opened again, or its time zone changes, the shift keeps its id. Therefore nothing is booked twice for it. The part
/// of a shift that remains on a half day has the id of the whole shift.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ShiftId {
    date: WorkDate,
    start: TimeOfDay,
}

text_form!(ShiftId);

impl ShiftId {
    /// The id of the shift that begins on that date at that time.
    pub const fn new(date: WorkDate, start: TimeOfDay) -> Self {
        Self { date, start }
    }

    /// The work date.
    pub const fn date(self) -> WorkDate {
        self.date
    }

    /// The start, on the wall clock.
    pub const fn start(self) -> TimeOfDay {
        self.start
    }

    /// Returns an id that none of the `others` has. In two time zones, two shifts of a date may begin at the same time of day.
    /// The second shift then gets the next minute that is free.
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
        // A time with seconds would be a second spelling of the same id.
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

/// A span of time in which a person is expected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shift {
    /// The shift's id.
    pub id: ShiftId,
    /// The start of the shift.
    pub start_at: Timestamp,
    /// The end of the shift, later than `start_at`.
    pub end_at: Timestamp,
    /// The unpaid break that the shift's length includes. It is in seconds, because half a day has half of the break.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub break_seconds: i64,
    /// The site, if the shift names one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site_id: Option<SiteId>,
    /// Whether approved leave covers the shift, so that the person isn't expected.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub on_leave: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde requires a reference")]
const fn is_zero(seconds: &i64) -> bool {
    *seconds == 0
}

impl Shift {
    /// The elapsed seconds from start to end. Over a DST change they differ from the wall clock's.
    pub fn length_seconds(&self) -> i64 {
        seconds_between(self.start_at, self.end_at)
    }

    /// The seconds to be worked in the shift; 0 on leave.
    pub fn scheduled_seconds(&self) -> i64 {
        if self.on_leave { 0 } else { self.net_seconds() }
    }

    /// The length without the break, whether or not on leave.
    pub(super) fn net_seconds(&self) -> i64 {
        (self.length_seconds() - self.break_seconds).max(0)
    }

    /// The break in whole minutes, rounded down, as the API returns it.
    pub const fn break_minutes(&self) -> i64 {
        self.break_seconds / 60
    }

    /// Whether the shift includes the instant. The shift's end isn't included.
    pub fn holds(&self, at: Timestamp) -> bool {
        self.start_at <= at && at < self.end_at
    }
}

/// The whole seconds from `from` to `until`. All punches and shifts are in whole seconds.
pub(crate) fn seconds_between(from: Timestamp, until: Timestamp) -> i64 {
    until.as_second() - from.as_second()
}

/// The instant `seconds` later, clamped to the range of a timestamp.
pub(crate) fn later(at: Timestamp, seconds: i64) -> Timestamp {
    at.saturating_add(jiff::SignedDuration::from_secs(seconds)).unwrap_or(at)
}

/// The instant at which a wall clock of the zone shows that date and time. A time that a DST change skips is interpreted as if it
/// hadn't been skipped. A time that occurs twice is the first occurrence (RFC 5545; jiff's "compatible").
pub fn instant_of(zone: &Zone, date: WorkDate, time: TimeOfDay) -> Timestamp {
    let wall = date.date().to_datetime(time.time());
    // No zone moves a date of the years 2000 to 2199 out of jiff's range, so neither fallback is ever used.
    zone.time_zone().to_timestamp(wall).or_else(|_| TimeZone::UTC.to_timestamp(wall)).unwrap_or(Timestamp::UNIX_EPOCH)
}
