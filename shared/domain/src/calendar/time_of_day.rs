//! Times of day on a wall clock.

use std::{fmt, str::FromStr};

use jiff::civil::Time;

use crate::{FieldRule, Invalid, text_form::text_form};

/// A time of day in whole minutes, such as `08:30`. `08:30:00` is accepted too.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, utoipa::ToSchema)]
#[schema(value_type = String, pattern = "^([01][0-9]|2[0-3]):[0-5][0-9](:00)?$", example = "08:30")]
pub struct TimeOfDay(/* minutes since midnight, below 1440 */ u16);

text_form!(TimeOfDay);

impl TimeOfDay {
    /// The time `hour:minute`. A constant out of range doesn't compile.
    pub const fn constant<const HOUR: u16, const MINUTE: u16>() -> Self {
        const { assert!(HOUR < 24 && MINUTE < 60, "not a time of day") }
        Self(HOUR * 60 + MINUTE)
    }

    /// Minutes since midnight, 0 to 1439.
    pub const fn minutes_since_midnight(self) -> u16 {
        self.0
    }

    /// The time a minute later; 23:59 is followed by midnight.
    #[must_use]
    pub const fn next_minute(self) -> Self {
        Self((self.0 + 1) % 1440)
    }

    /// The time as a jiff value.
    pub fn time(self) -> Time {
        let (hour, minute) = (self.0 / 60, self.0 % 60);
        // Below 24 and 60 by construction, so both fit an `i8`.
        Time::constant(i8::try_from(hour).unwrap_or(0), i8::try_from(minute).unwrap_or(0), 0, 0)
    }
}

impl From<Time> for TimeOfDay {
    /// The whole minute that contains the time.
    fn from(time: Time) -> Self {
        // An hour is 0 to 23 and a minute 0 to 59, so the sum fits and is below 1440.
        Self(u16::try_from(i16::from(time.hour()) * 60 + i16::from(time.minute())).unwrap_or(0))
    }
}

impl FromStr for TimeOfDay {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let invalid = || Invalid::new(FieldRule::TimeOfDay);
        let text = text.strip_suffix(":00").filter(|rest| rest.len() == 5).unwrap_or(text);
        let (hour, minute) = text.split_once(':').ok_or_else(invalid)?;
        let number = |digits: &str| {
            (digits.len() == 2 && digits.bytes().all(|b| b.is_ascii_digit()))
                .then(|| digits.parse::<u16>().ok())
                .flatten()
        };
        match (number(hour), number(minute)) {
            (Some(hour @ 0..24), Some(minute @ 0..60)) => Ok(Self(hour * 60 + minute)),
            _ => Err(invalid()),
        }
    }
}

impl TryFrom<String> for TimeOfDay {
    type Error = Invalid;

    fn try_from(text: String) -> Result<Self, Invalid> {
        text.parse()
    }
}

impl From<TimeOfDay> for String {
    fn from(time: TimeOfDay) -> Self {
        time.to_string()
    }
}

impl fmt::Display for TimeOfDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.0 / 60, self.0 % 60)
    }
}

impl fmt::Debug for TimeOfDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_of_day_is_read_with_and_without_its_seconds() {
        assert_eq!("08:30".parse::<TimeOfDay>().unwrap().to_string(), "08:30");
        assert_eq!("08:30:00".parse::<TimeOfDay>().unwrap().minutes_since_midnight(), 510);
        for wrong in ["24:00", "8:30", "08:60", "08:30:30", "0830", "", "+8:30", "08:00:00:00"] {
            assert!(wrong.parse::<TimeOfDay>().is_err(), "{wrong}");
        }
    }
}
