//! Pay periods: ranges of dates that are paid together.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    FieldRule, Invalid,
    calendar::{WorkDate, Zone},
    user::{User, UserStatus},
};

/// The number of days after the end of an employment in which something of it can still be changed and paid: leave is entered at
/// most so late.
const MAX_DAYS_SINCE_LEAVING: i32 = 400;

/// The length of a pay period.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PayPeriodKind {
    /// A month that begins on the anchor's day of the month.
    #[default]
    Month,
    /// Two weeks, counted from the anchor.
    TwoWeeks,
    /// A week that begins on the weekday of the anchor.
    Week,
    /// From the 1st to the 15th, and from the 16th to the end of the month.
    HalfMonth,
}

/// The pay periods of a company.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PayPeriods {
    /// The length of the periods.
    pub kind: PayPeriodKind,
    /// The first date of any period. For months it is one of the first 28 days, so that every month has that day.
    #[serde(default = "first_of_2024")]
    pub anchor: WorkDate,
}

/// 1 January 2024, a Monday.
fn first_of_2024() -> WorkDate {
    WorkDate::from(jiff::civil::date(2024, 1, 1))
}

impl Default for PayPeriods {
    fn default() -> Self {
        Self { kind: PayPeriodKind::default(), anchor: first_of_2024() }
    }
}

impl PayPeriods {
    /// Checks the anchor.
    ///
    /// # Errors
    /// The anchor of a month is after the 28th.
    pub fn check(self) -> Result<(), Invalid> {
        let is_in_every_month = self.anchor.date().day() <= 28;
        match self.kind {
            PayPeriodKind::Month if !is_in_every_month => Err(Invalid::new(FieldRule::DayOfEveryMonth)),
            PayPeriodKind::Month | PayPeriodKind::TwoWeeks | PayPeriodKind::Week | PayPeriodKind::HalfMonth => Ok(()),
        }
    }

    /// Whether the period is one of these.
    pub fn contain(self, period: PayPeriod) -> bool {
        self.of(period.first) == period
    }

    /// The period that contains a date.
    pub fn of(self, date: WorkDate) -> PayPeriod {
        match self.kind {
            PayPeriodKind::Month => self.month_of(date),
            PayPeriodKind::TwoWeeks => self.weeks_of(date, 14),
            PayPeriodKind::Week => self.weeks_of(date, 7),
            PayPeriodKind::HalfMonth => half_month_of(date),
        }
    }

    /// The periods that end in a calendar year, in order.
    pub fn of_year(self, year: i16) -> Vec<PayPeriod> {
        let first = WorkDate::from(jiff::civil::date(year, 1, 1));
        let mut period = self.of(first);
        let mut periods = Vec::new();
        while period.last.year() <= year {
            periods.push(period);
            let next = self.of(period.last.next());
            if next == period {
                break;
            }
            period = next;
        }
        periods
    }

    fn month_of(self, date: WorkDate) -> PayPeriod {
        let day = self.anchor.date().day();
        let back = i8::from(date.date().day() < day);
        let first = first_of_month(date, -back).plus_days(i32::from(day) - 1);
        let last = first_of_month(first, 1).plus_days(i32::from(day) - 2);
        PayPeriod { first, last }
    }

    fn weeks_of(self, date: WorkDate, days: i32) -> PayPeriod {
        let first = date.plus_days(-date.days_since(self.anchor).rem_euclid(days));
        PayPeriod { first, last: first.plus_days(days - 1) }
    }
}

/// The first date of the month that is `months` months after the month of a date.
fn first_of_month(date: WorkDate, months: i8) -> WorkDate {
    let first = date.plus_days(1 - i32::from(date.date().day()));
    WorkDate::from(first.date().saturating_add(jiff::Span::new().months(i32::from(months))))
}

fn half_month_of(date: WorkDate) -> PayPeriod {
    let first = first_of_month(date, 0);
    let middle = first.plus_days(15);
    if date < middle {
        PayPeriod { first, last: middle.previous() }
    } else {
        PayPeriod { first: middle, last: first_of_month(date, 1).previous() }
    }
}

/// The status of a pay period.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PayPeriodStatus {
    /// Its timesheets are signed one by one.
    #[default]
    Open,
    /// Its timesheets are being closed, or opened again.
    Closing,
    /// Its timesheets are closed, except those of people who follow later.
    Closed,
}

/// The dates of one pay period. The id of a period consists of both dates, `2026-11-01..2026-11-30`, so that periods of different
/// settings have different ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PayPeriod {
    first: WorkDate,
    last: WorkDate,
}

impl PayPeriod {
    /// The first date.
    pub const fn first(self) -> WorkDate {
        self.first
    }

    /// The last date.
    pub const fn last(self) -> WorkDate {
        self.last
    }

    /// Whether the period contains a date.
    pub fn contains(self, date: WorkDate) -> bool {
        self.first <= date && date <= self.last
    }

    /// Whether a person has a timesheet of the period: they track attendance, are employed on one of its dates, and have an
    /// account that existed by its end.
    pub fn includes(self, person: &User) -> bool {
        let was_there = Zone::UTC.date_of(person.created_at).previous() <= self.last;
        let is_active = match person.status {
            UserStatus::Active | UserStatus::Disabled => true,
            UserStatus::Pending => false,
        };
        let is_employed = person.employments.first_within(self.first, self.last).is_some();
        person.tracks_attendance && is_active && was_there && is_employed
    }

    /// Whether a person whom the period doesn't include may have a timesheet of it, because something is stored for them: work, a
    /// signature, an unpaid difference, or a payout. They don't track attendance, left at most 400 days before the period, or were hired
    /// after it by a correction.
    pub fn may_concern(self, person: &User) -> bool {
        let was_there = Zone::UTC.date_of(person.created_at).previous() <= self.last;
        let from = self.first.plus_days(-MAX_DAYS_SINCE_LEAVING);
        was_there && (!person.tracks_attendance || person.employments.first_within(from, WorkDate::MAX).is_some())
    }

    /// All dates, in order.
    pub fn dates(self) -> impl Iterator<Item = WorkDate> {
        (0..=self.last.days_since(self.first)).map(move |days| self.first.plus_days(days))
    }
}

impl fmt::Display for PayPeriod {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}..{}", self.first, self.last)
    }
}

impl FromStr for PayPeriod {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let invalid = || Invalid::new(FieldRule::PayPeriod);
        let (first, last) = text.split_once("..").ok_or_else(invalid)?;
        let (first, last): (WorkDate, WorkDate) =
            (first.parse().map_err(|_| invalid())?, last.parse().map_err(|_| invalid())?);
        if (0..=30).contains(&last.days_since(first)) { Ok(Self { first, last }) } else { Err(invalid()) }
    }
}

impl TryFrom<String> for PayPeriod {
    type Error = Invalid;

    fn try_from(text: String) -> Result<Self, Invalid> {
        text.parse()
    }
}

impl From<PayPeriod> for String {
    fn from(period: PayPeriod) -> Self {
        period.to_string()
    }
}

impl utoipa::PartialSchema for PayPeriod {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .description(Some("The first and the last date of a pay period."))
            .examples(["2026-11-01..2026-11-30"])
            .into()
    }
}

impl ToSchema for PayPeriod {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schedule::tests::company::date;

    fn periods(kind: PayPeriodKind, anchor: &str) -> PayPeriods {
        PayPeriods { kind, anchor: date(anchor) }
    }

    #[test]
    fn a_month_begins_on_the_day_of_the_anchor() {
        let plain = PayPeriods::default();
        assert_eq!(plain.of(date("2028-02-29")).to_string(), "2028-02-01..2028-02-29");
        let from_16 = periods(PayPeriodKind::Month, "2026-01-16");
        assert_eq!(from_16.of(date("2026-03-15")).to_string(), "2026-02-16..2026-03-15");
        assert_eq!(from_16.of(date("2026-01-02")).to_string(), "2025-12-16..2026-01-15");
        assert!(periods(PayPeriodKind::Month, "2026-01-29").check().is_err());
        assert!(periods(PayPeriodKind::Week, "2026-01-29").check().is_ok());
    }

    #[test]
    fn weeks_are_counted_from_the_anchor_both_ways() {
        let weeks = periods(PayPeriodKind::TwoWeeks, "2026-11-02");
        assert_eq!(weeks.of(date("2026-11-15")).to_string(), "2026-11-02..2026-11-15");
        assert_eq!(weeks.of(date("2026-11-16")).to_string(), "2026-11-16..2026-11-29");
        assert_eq!(weeks.of(date("2026-11-01")).to_string(), "2026-10-19..2026-11-01");
    }

    #[test]
    fn the_second_half_of_a_month_ends_with_it() {
        let halves = periods(PayPeriodKind::HalfMonth, "2026-01-01");
        assert_eq!(halves.of(date("2026-02-15")).to_string(), "2026-02-01..2026-02-15");
        assert_eq!(halves.of(date("2026-02-16")).to_string(), "2026-02-16..2026-02-28");
    }

    #[test]
    fn every_date_of_ten_years_is_in_one_period() {
        for kind in [PayPeriodKind::Month, PayPeriodKind::TwoWeeks, PayPeriodKind::Week, PayPeriodKind::HalfMonth] {
            let periods = periods(kind, "2026-01-28");
            let mut expected = periods.of(date("2020-01-01")).first();
            for year in 2020..2030 {
                for period in periods.of_year(year) {
                    if period.first() < expected {
                        continue;
                    }
                    assert_eq!(period.first(), expected, "{kind:?}");
                    assert!(period.dates().all(|date| periods.of(date) == period), "{kind:?} {period}");
                    assert_eq!(period.to_string().parse::<PayPeriod>().unwrap(), period);
                    expected = period.last().next();
                }
            }
            assert!(expected > date("2029-12-01"), "{kind:?}");
        }
    }
}
