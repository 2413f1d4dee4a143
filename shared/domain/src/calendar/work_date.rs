//! The date to which work is booked.

use std::{fmt, str::FromStr};

use jiff::{Timestamp, civil::Date};

use super::Weekday;
use crate::{FieldRule, Invalid, text_form::text_form};

/// A calendar date from 2000-01-01 to 2199-12-31, without a time zone. For attendance, it is the local date on which a shift
/// begins. Within these bounds, every sum of days and every key that sorts by date has a year of four digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, utoipa::ToSchema)]
#[schema(value_type = String, format = "date", example = "2026-11-02")]
pub struct WorkDate(Date);

text_form!(WorkDate);

impl WorkDate {
    /// The earliest date that the API accepts.
    pub const MIN: Self = Self(jiff::civil::date(2000, 1, 1));
    /// The latest date that the API accepts.
    pub const MAX: Self = Self(jiff::civil::date(2199, 12, 31));

    /// The date as a jiff value.
    pub const fn date(self) -> Date {
        self.0
    }

    /// The date `days` later (earlier if negative), clamped to the bounds.
    #[must_use]
    pub fn plus_days(self, days: i32) -> Self {
        let moved = self.0.saturating_add(jiff::Span::new().days(days));
        Self(moved.clamp(Self::MIN.0, Self::MAX.0))
    }

    /// The next date.
    #[must_use]
    pub fn next(self) -> Self {
        self.plus_days(1)
    }

    /// The previous date.
    #[must_use]
    pub fn previous(self) -> Self {
        self.plus_days(-1)
    }

    /// The calendar year.
    pub fn year(self) -> i16 {
        self.0.year()
    }

    /// The day of the week.
    pub fn weekday(self) -> Weekday {
        self.0.weekday().into()
    }

    /// Whether the date is over in all time zones. No zone is behind UTC−12.
    pub fn is_over_everywhere(self, now: Timestamp) -> bool {
        self.0 < jiff::tz::offset(-12).to_datetime(now).date()
    }

    /// The number of days from `earlier` to this date; negative if this date is before `earlier`.
    pub fn days_since(self, earlier: Self) -> i32 {
        // Both dates lie within 200 years, so the result is at most 73,048 days.
        self.0.since(earlier.0).map_or(0, |span| span.get_days())
    }
}

impl From<Date> for WorkDate {
    fn from(date: Date) -> Self {
        Self(date.clamp(Self::MIN.0, Self::MAX.0))
    }
}

impl FromStr for WorkDate {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        // jiff also parses `20261102` and dates followed by a time. The API accepts one form.
        let well_formed = text.len() == 10 && text.as_bytes().get(4) == Some(&b'-');
        well_formed
            .then(|| text.parse::<Date>().ok())
            .flatten()
            .filter(|date| (Self::MIN.0..=Self::MAX.0).contains(date))
            .map(Self)
            .ok_or_else(|| Invalid::new(FieldRule::Date))
    }
}

impl TryFrom<String> for WorkDate {
    type Error = Invalid;

    fn try_from(text: String) -> Result<Self, Invalid> {
        text.parse()
    }
}

impl From<WorkDate> for String {
    fn from(date: WorkDate) -> Self {
        date.to_string()
    }
}

impl fmt::Display for WorkDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for WorkDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_work_date_has_one_spelling() {
        assert_eq!("2026-11-02".parse::<WorkDate>().unwrap().to_string(), "2026-11-02");
        for wrong in ["20261102", "2026-2-30", "2026-02-30", "2026-11-02T08:00", "1999-12-31", "", "-026-01-01"] {
            assert!(wrong.parse::<WorkDate>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_date_is_over_everywhere_at_noon_utc_of_the_next() {
        let date: WorkDate = "2026-11-02".parse().unwrap();
        assert!(!date.is_over_everywhere("2026-11-03T11:59:59Z".parse().unwrap()));
        assert!(date.is_over_everywhere("2026-11-03T12:00:00Z".parse().unwrap()));
    }

    #[test]
    fn days_are_counted_over_leap_days() {
        let day = |text: &str| text.parse::<WorkDate>().unwrap();
        assert_eq!(day("2028-03-01").days_since(day("2028-02-28")), 2);
        assert_eq!(day("2027-01-01").days_since(day("2026-01-01")), 365);
        assert_eq!(day("2026-01-01").previous(), day("2025-12-31"));
    }
}
