//! A person's figures for a day, a week, a month or a year, and for its parts.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Month, MonthTotals};
use crate::calendar::{DateRange, Weekday, WorkDate};

/// The period of a summary.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Period {
    /// One date.
    Day,
    /// An ISO week, Monday to Sunday.
    Week,
    /// A calendar month.
    Month,
    /// A calendar year.
    Year,
}

impl Period {
    /// The period that contains a date. At the ends of the calendar a week is shorter.
    pub fn around(self, date: WorkDate) -> DateRange {
        match self {
            Self::Day => DateRange::only(date),
            Self::Week => DateRange {
                from: date.plus_days(-days_since_monday(date)),
                to: date.plus_days(6 - days_since_monday(date)),
            },
            Self::Month => Month::of(date).dates(),
            Self::Year => DateRange {
                from: Month { year: date.year(), month: 1 }.dates().from,
                to: Month { year: date.year(), month: 12 }.dates().to,
            },
        }
    }

    /// The parts of a period: months for a year, days for shorter periods.
    fn parts(self, dates: DateRange) -> Vec<DateRange> {
        match self {
            Self::Day | Self::Week | Self::Month => dates.each().map(DateRange::only).collect(),
            Self::Year => (1..=12).map(|month| Month { year: dates.from.year(), month }.dates()).collect(),
        }
    }
}

fn days_since_monday(date: WorkDate) -> i32 {
    let weekday = date.weekday();
    (0_i32..).zip(Weekday::ALL).find_map(|(days, of)| (of == weekday).then_some(days)).unwrap_or_default()
}

impl Month {
    /// The first and the last date of the month.
    pub fn dates(self) -> DateRange {
        // The year and month are always in range, because a month is only ever made from a date.
        let first = jiff::civil::Date::new(self.year, self.month, 1).unwrap_or(WorkDate::MIN.date());
        DateRange { from: first.into(), to: first.last_of_month().into() }
    }
}

/// The figures of a range of dates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bucket {
    /// The dates.
    pub dates: DateRange,
    /// The figures of the dates.
    pub totals: MonthTotals,
}

/// The figures of a period, and of each of its parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// The kind of period.
    pub period: Period,
    /// The dates of the period with their figures, which are the sum of the buckets.
    pub whole: Bucket,
    /// The parts in order, including those without figures.
    pub buckets: Vec<Bucket>,
}

impl Summary {
    /// Adds up the contributions of days or months. Each contribution has a date; contributions outside the dates are ignored.
    pub fn new(period: Period, dates: DateRange, figures: impl IntoIterator<Item = (WorkDate, MonthTotals)>) -> Self {
        let empty = |dates| Bucket { dates, totals: MonthTotals::default() };
        let mut buckets: Vec<Bucket> = period.parts(dates).into_iter().map(empty).collect();
        for (date, totals) in figures {
            if let Some(bucket) = buckets.iter_mut().find(|bucket| bucket.dates.contains(date)) {
                bucket.totals += totals;
            }
        }
        let totals = buckets.iter().map(|bucket| bucket.totals).sum();
        Self { period, whole: Bucket { dates, totals }, buckets }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> WorkDate {
        text.parse().unwrap()
    }

    fn around(period: Period, text: &str) -> (String, String) {
        let DateRange { from, to } = period.around(date(text));
        (from.to_string(), to.to_string())
    }

    fn worked(seconds: i64) -> MonthTotals {
        MonthTotals { worked_seconds: seconds, days_present: 1, ..MonthTotals::default() }
    }

    #[test]
    fn a_week_is_monday_to_sunday_also_over_the_end_of_a_year() {
        for (of, monday, sunday) in [
            ("2026-11-02", "2026-11-02", "2026-11-08"),
            ("2026-11-08", "2026-11-02", "2026-11-08"),
            // 2026 has 53 weeks: its last one ends on Sunday, 3 January 2027.
            ("2026-12-31", "2026-12-28", "2027-01-03"),
            ("2027-01-01", "2026-12-28", "2027-01-03"),
            ("2027-01-04", "2027-01-04", "2027-01-10"),
            // The first week of 2025 begins in 2024, the first of 2024 on the first of January.
            ("2024-12-30", "2024-12-30", "2025-01-05"),
            ("2024-01-01", "2024-01-01", "2024-01-07"),
            ("2028-02-29", "2028-02-28", "2028-03-05"),
        ] {
            assert_eq!(around(Period::Week, of), (monday.to_owned(), sunday.to_owned()), "{of}");
        }
    }

    #[test]
    fn months_and_years_are_the_calendars() {
        for (of, last) in [("2026-02-10", "2026-02-28"), ("2028-02-29", "2028-02-29"), ("2100-02-01", "2100-02-28")] {
            assert_eq!(around(Period::Month, of), (format!("{}01", &of[..8]), last.to_owned()));
        }
        assert_eq!(around(Period::Year, "2028-06-15"), ("2028-01-01".to_owned(), "2028-12-31".to_owned()));
        assert_eq!(around(Period::Day, "2028-06-15"), ("2028-06-15".to_owned(), "2028-06-15".to_owned()));
    }

    #[test]
    fn periods_are_clipped_to_the_supported_calendar() {
        assert_eq!(around(Period::Week, "2000-01-01"), ("2000-01-01".to_owned(), "2000-01-02".to_owned()));
        assert_eq!(around(Period::Week, "2199-12-31"), ("2199-12-30".to_owned(), "2199-12-31".to_owned()));
        assert_eq!(around(Period::Year, "2199-12-31"), ("2199-01-01".to_owned(), "2199-12-31".to_owned()));
    }

    #[test]
    fn buckets_follow_each_other_without_a_gap_and_cover_the_period() {
        for (period, of, count) in [
            (Period::Day, "2028-02-29", 1),
            (Period::Week, "2026-12-31", 7),
            (Period::Month, "2028-02-01", 29),
            (Period::Month, "2026-02-01", 28),
            (Period::Month, "2026-12-31", 31),
            (Period::Year, "2028-02-29", 12),
        ] {
            let dates = period.around(date(of));
            let summary = Summary::new(period, dates, []);
            let parts: Vec<DateRange> = summary.buckets.iter().map(|bucket| bucket.dates).collect();
            assert_eq!(parts.len(), count, "{period:?}");
            assert_eq!((parts[0].from, parts[count - 1].to), (dates.from, dates.to));
            assert!(parts.windows(2).all(|two| two[0].to.next() == two[1].from), "{parts:?}");
        }
    }

    #[test]
    fn the_whole_is_the_sum_of_the_buckets_and_nothing_else() {
        let dates = Period::Week.around(date("2026-12-31"));
        let figures = [
            (date("2026-12-27"), worked(1)),
            (date("2026-12-28"), worked(10)),
            (date("2026-12-31"), worked(100)),
            (date("2027-01-03"), worked(1000)),
            (date("2027-01-04"), worked(10_000)),
        ];
        let summary = Summary::new(Period::Week, dates, figures);
        assert_eq!(summary.whole, Bucket { dates, totals: MonthTotals { days_present: 3, ..worked(1110) } });
        let of_buckets: Vec<i64> = summary.buckets.iter().map(|bucket| bucket.totals.worked_seconds).collect();
        assert_eq!(of_buckets, [10, 0, 0, 100, 0, 0, 1000]);
    }

    #[test]
    fn months_of_several_departments_are_one_bucket() {
        let dates = Period::Year.around(date("2026-06-30"));
        let figures =
            [(date("2026-03-01"), worked(5)), (date("2026-03-01"), worked(7)), (date("2026-12-01"), worked(1))];
        let summary = Summary::new(Period::Year, dates, figures);
        assert_eq!(summary.buckets[2].totals.worked_seconds, 12);
        assert_eq!(summary.whole.totals.worked_seconds, 13);
    }
}
