//! IANA time zones by name.

use std::{fmt, str::FromStr};

use jiff::{Timestamp, Zoned, fmt::temporal::DateTimePrinter, tz::TimeZone};

use super::WorkDate;
use crate::{FieldRule, Invalid, text_form::text_form};

/// A time zone of the IANA database, by its name, such as `Europe/Berlin` or `UTC`. A `Zone` always exists in the bundled
/// database, because parsing refuses other names.
#[derive(Clone, PartialEq, Eq, utoipa::ToSchema)]
#[schema(value_type = String, min_length = 1, max_length = 64, example = "Europe/Istanbul")]
pub struct Zone(TimeZone);

text_form!(Zone);

/// Writes instants to the second.
const TO_THE_SECOND: DateTimePrinter = DateTimePrinter::new().precision(Some(0));

impl Zone {
    /// Coordinated universal time.
    pub const UTC: Self = Self(TimeZone::UTC);

    /// Returns the zone with that name.
    pub fn parse(name: &str) -> Result<Self, Invalid> {
        if name == "UTC" {
            return Ok(Self::UTC);
        }
        TimeZone::get(name)
            .ok()
            .filter(|zone| zone.iana_name().is_some())
            .map(Self)
            .ok_or_else(|| Invalid::new(FieldRule::TimeZone))
    }

    /// The IANA name.
    pub fn name(&self) -> &str {
        // Only zones with a name are constructed. jiff gives its own `UTC` zone this name.
        self.0.iana_name().unwrap_or("UTC")
    }

    /// The zone as a jiff value.
    pub const fn time_zone(&self) -> &TimeZone {
        &self.0
    }

    /// The instant on a wall clock of this zone.
    pub fn at(&self, instant: Timestamp) -> Zoned {
        instant.to_zoned(self.0.clone())
    }

    /// The instant in the form that the API returns: RFC 3339 with this zone's offset, to the second
    /// (`2026-11-02T08:57:03+03:00`).
    pub fn rfc3339(&self, instant: Timestamp) -> String {
        TO_THE_SECOND.timestamp_with_offset_to_string(&instant, self.0.to_offset(instant))
    }

    /// The date of the instant in this zone.
    pub fn date_of(&self, instant: Timestamp) -> WorkDate {
        WorkDate::from(self.at(instant).date())
    }
}

impl fmt::Debug for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Zone({})", self.name())
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Zone {
    type Err = Invalid;

    fn from_str(name: &str) -> Result<Self, Invalid> {
        Self::parse(name)
    }
}

impl TryFrom<String> for Zone {
    type Error = Invalid;

    fn try_from(name: String) -> Result<Self, Invalid> {
        Self::parse(&name)
    }
}

impl From<Zone> for String {
    fn from(zone: Zone) -> Self {
        zone.name().to_owned()
    }
}
