//! The date range of a list of days.

use domain::{FieldRule, calendar::WorkDate};

use crate::Problem;

/// The maximum number of dates in a range.
const LONGEST_DAYS: i32 = 366;

/// A range of dates, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DateRange {
    /// The first date.
    pub from: WorkDate,
    /// The last date.
    pub to: WorkDate,
}

impl DateRange {
    /// Returns the date range that a query selects. Without dates it is the last 30 days up to tomorrow, so that it includes a
    /// night shift that begins today. A range has at most 366 dates.
    pub fn requested(from: Option<WorkDate>, to: Option<WorkDate>, today: WorkDate) -> Result<Self, Problem> {
        let (from, to) = match (from, to) {
            (Some(from), Some(to)) => (from, to),
            (None, Some(to)) => (to.plus_days(-30), to),
            // Without an end, the range is as long as one response allows.
            (Some(from), None) => (from, today.next().max(from).min(from.plus_days(LONGEST_DAYS - 1))),
            (None, None) => (today.plus_days(-29), today.next()),
        };
        in_order(from, to)?;
        if to.days_since(from) >= LONGEST_DAYS {
            return Err(Problem::invalid(
                "to",
                FieldRule::RangeAtMost { days: i64::from(LONGEST_DAYS), other: "from".to_owned() },
            ));
        }
        Ok(Self { from, to })
    }
}

/// Refuses a range whose last date is before its first.
pub fn in_order(from: WorkDate, to: WorkDate) -> Result<(), Problem> {
    if to < from { Err(Problem::invalid("to", FieldRule::NotBefore { other: "from".to_owned() })) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> WorkDate {
        text.parse().unwrap()
    }

    fn requested(from: Option<&str>, to: Option<&str>) -> Result<DateRange, Problem> {
        DateRange::requested(from.map(date), to.map(date), date("2026-11-02"))
    }

    #[test]
    fn without_dates_it_is_the_last_month_up_to_tomorrow() {
        assert_eq!(requested(None, None).unwrap(), DateRange { from: date("2026-10-04"), to: date("2026-11-03") });
    }

    #[test]
    fn a_year_is_the_most() {
        assert!(requested(Some("2028-01-01"), Some("2028-12-31")).is_ok());
        assert!(requested(Some("2027-01-01"), Some("2028-01-01")).is_ok());
        assert!(requested(Some("2027-01-01"), Some("2028-01-02")).is_err());
        assert!(requested(Some("2026-11-02"), Some("2026-11-01")).is_err());
        assert_eq!(requested(Some("2020-01-01"), None).unwrap().to, date("2020-12-31"));
    }
}
