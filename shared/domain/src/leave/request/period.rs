//! The period of leave: dates, with an optional half day at either end.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{FieldFault, FieldRule, calendar::WorkDate, holiday::Half};

/// The most dates of a request: one year.
const MAX_DATES: i32 = 366;

/// The half day with which the first date may begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum StartHalf {
    /// The leave begins in the afternoon.
    Afternoon,
}

/// The half day with which the last date may end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum EndHalf {
    /// The leave ends at noon.
    Morning,
}

/// The dates of leave, both ends included. Its fields are private, so that every period passes the checks of `new`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeavePeriod {
    start_date: WorkDate,
    end_date: WorkDate,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    start_half: Option<StartHalf>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    end_half: Option<EndHalf>,
}

impl LeavePeriod {
    /// Creates a period, where it follows the rules: in order, at most a year, and on a single date at most one of the halves.
    pub fn new(
        start_date: WorkDate,
        end_date: WorkDate,
        start_half: Option<StartHalf>,
        end_half: Option<EndHalf>,
    ) -> Result<Self, FieldFault> {
        let fault = |field: &'static str, rule: FieldRule| Err(FieldFault::new(field, rule));
        if end_date < start_date {
            return fault("end_date", FieldRule::NotBefore { other: "start_date".to_owned() });
        }
        if end_date.days_since(start_date) >= MAX_DATES {
            return fault(
                "end_date",
                FieldRule::RangeAtMost { days: i64::from(MAX_DATES), other: "start_date".to_owned() },
            );
        }
        if start_date == end_date && start_half.is_some() && end_half.is_some() {
            return fault("end_half", FieldRule::OneHalfPerDate);
        }
        Ok(Self { start_date, end_date, start_half, end_half })
    }

    /// Returns the first date.
    pub const fn start_date(&self) -> WorkDate {
        self.start_date
    }

    /// Returns the last date.
    pub const fn end_date(&self) -> WorkDate {
        self.end_date
    }

    /// Returns the half with which the first date begins; none where the whole date is included.
    pub const fn start_half(&self) -> Option<StartHalf> {
        self.start_half
    }

    /// Returns the half with which the last date ends; none where the whole date is included.
    pub const fn end_half(&self) -> Option<EndHalf> {
        self.end_half
    }

    /// Returns whether the period has a half at either end.
    pub const fn has_halves(&self) -> bool {
        self.start_half.is_some() || self.end_half.is_some()
    }

    /// Returns the dates in order.
    pub fn dates(&self) -> impl Iterator<Item = WorkDate> + use<> {
        let start = self.start_date;
        (0..=self.end_date.days_since(start)).map(move |days| start.plus_days(days))
    }

    /// Returns whether the period covers that half of that date.
    pub fn covers(&self, date: WorkDate, half: Half) -> bool {
        let within = self.start_date <= date && date <= self.end_date;
        let late_start = date == self.start_date && self.start_half.is_some();
        let early_end = date == self.end_date && self.end_half.is_some();
        within
            && match half {
                Half::Morning => !late_start,
                Half::Afternoon => !early_end,
            }
    }

    /// Returns the period up to and including that date; none where nothing is left.
    #[must_use]
    pub fn until(&self, last: WorkDate) -> Option<Self> {
        if self.end_date <= last {
            return Some(*self);
        }
        (self.start_date <= last).then_some(Self { end_date: last, end_half: None, ..*self })
    }
}

impl LeavePeriod {
    /// The period of both, if they have a date in common.
    #[must_use]
    pub fn joined(&self, other: &Self) -> Option<Self> {
        if self.end_date < other.start_date || other.end_date < self.start_date {
            return None;
        }
        let begins = |one: &Self, two: &Self| (one.start_date < two.start_date).then_some(one.start_half);
        let ends = |one: &Self, two: &Self| (two.end_date < one.end_date).then_some(one.end_half);
        // On the same date, a whole day and its half are a whole day.
        let start_half = begins(self, other).or_else(|| begins(other, self));
        let end_half = ends(self, other).or_else(|| ends(other, self));
        Some(Self {
            start_date: self.start_date.min(other.start_date),
            end_date: self.end_date.max(other.end_date),
            start_half: start_half.unwrap_or_else(|| self.start_half.and(other.start_half)),
            end_half: end_half.unwrap_or_else(|| self.end_half.and(other.end_half)),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{super::Extent, *};

    fn date(text: &str) -> WorkDate {
        text.parse().unwrap()
    }

    fn period(start: &str, end: &str, start_half: bool, end_half: bool) -> Result<LeavePeriod, FieldFault> {
        let (start_half, end_half) = (start_half.then_some(StartHalf::Afternoon), end_half.then_some(EndHalf::Morning));
        LeavePeriod::new(date(start), date(end), start_half, end_half)
    }

    #[test]
    fn a_period_is_in_order_and_at_most_a_year() {
        let field = |fault: Result<LeavePeriod, FieldFault>| fault.unwrap_err().field;
        assert_eq!(field(period("2026-11-03", "2026-11-02", false, false)), "end_date");
        assert_eq!(field(period("2026-01-01", "2027-01-02", false, false)), "end_date");
        assert_eq!(period("2026-01-01", "2027-01-01", false, false).unwrap().dates().count(), 366);
        assert_eq!(field(period("2026-11-02", "2026-11-02", true, true)), "end_half");
    }

    #[test]
    fn half_days_are_at_either_end_of_a_period_or_on_its_single_date() {
        let covered = |period: &LeavePeriod, on: &str| {
            (period.covers(date(on), Half::Morning), period.covers(date(on), Half::Afternoon))
        };
        let several = period("2026-11-02", "2026-11-04", true, true).unwrap();
        assert_eq!(covered(&several, "2026-11-01"), (false, false));
        assert_eq!(covered(&several, "2026-11-02"), (false, true));
        assert_eq!(covered(&several, "2026-11-03"), (true, true));
        assert_eq!(covered(&several, "2026-11-04"), (true, false));
        let afternoon = period("2026-11-02", "2026-11-02", true, false).unwrap();
        let morning = period("2026-11-02", "2026-11-02", false, true).unwrap();
        assert_eq!(covered(&afternoon, "2026-11-02"), (false, true));
        assert_eq!(covered(&morning, "2026-11-02"), (true, false));
        assert_eq!(Extent::from(afternoon).first_common(&morning), None);
        assert_eq!(Extent::from(afternoon).first_common(&afternoon), Some(date("2026-11-02")));
    }

    #[test]
    fn two_periods_may_meet_in_the_middle_of_a_day() {
        let until_noon = period("2026-11-02", "2026-11-04", false, true).unwrap();
        let from_noon = period("2026-11-04", "2026-11-06", true, false).unwrap();
        let common = |one: &LeavePeriod, other: &LeavePeriod| Extent::from(*one).first_common(other);
        let none =
            |one: &LeavePeriod, other: &LeavePeriod| common(one, other).is_none() && common(other, one).is_none();
        assert!(none(&until_noon, &from_noon));
        let from_morning = period("2026-11-04", "2026-11-06", false, false).unwrap();
        assert_eq!(common(&until_noon, &from_morning), Some(date("2026-11-04")));
        assert_eq!(common(&from_morning, &until_noon), Some(date("2026-11-04")));
        assert!(none(&until_noon, &period("2026-11-05", "2026-11-06", false, false).unwrap()));
    }

    #[test]
    fn periods_with_a_common_date_are_joined() {
        let of = |start, end, start_half, end_half| period(start, end, start_half, end_half).unwrap();
        let week = of("2026-11-09", "2026-11-13", true, false);
        assert_eq!(week.joined(&of("2026-11-10", "2026-11-11", false, false)), Some(week));
        let later = of("2026-11-13", "2026-11-16", false, true);
        assert_eq!(week.joined(&later), Some(of("2026-11-09", "2026-11-16", true, true)));
        assert_eq!(later.joined(&week), week.joined(&later));
        assert_eq!(
            week.joined(&of("2026-11-09", "2026-11-09", false, true)),
            Some(of("2026-11-09", "2026-11-13", false, false))
        );
        assert_eq!(week.joined(&of("2026-11-14", "2026-11-16", false, false)), None);
    }

    #[test]
    fn a_period_that_ends_early_ends_with_a_whole_day() {
        let whole = period("2026-11-02", "2026-11-06", true, true).unwrap();
        assert_eq!(whole.until(date("2026-11-06")), Some(whole));
        assert_eq!(whole.until(date("2026-11-04")), period("2026-11-02", "2026-11-04", true, false).ok());
        assert_eq!(whole.until(date("2026-11-01")), None);
    }
}
