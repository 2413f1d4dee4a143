//! The date ranges that queries select.

use domain::{
    FieldRule,
    calendar::{DateRange, WorkDate},
};

use crate::Problem;

/// The maximum number of dates in a range.
const LONGEST_DAYS: i32 = 366;

/// Returns the date range that a query selects. Without dates it is the last 30 days up to tomorrow, so that it includes a
/// night shift that begins today. A range has at most 366 dates.
///
/// # Errors
/// The dates are more, or in the wrong order.
pub fn requested(from: Option<WorkDate>, to: Option<WorkDate>, today: WorkDate) -> Result<DateRange, Problem> {
    let (from, to) = match (from, to) {
        (Some(from), Some(to)) => (from, to),
        (None, Some(to)) => (to.plus_days(-30), to),
        // Without an end, the range is as long as one response allows.
        (Some(from), None) => (from, today.next().max(from).min(from.plus_days(LONGEST_DAYS - 1))),
        (None, None) => (today.plus_days(-29), today.next()),
    };
    at_most(DateRange { from, to }, LONGEST_DAYS)
}

/// Returns the date range of a query that looks ahead. Without dates, the range begins today and has `default_days` days. It has
/// at most `max_days` days.
///
/// # Errors
/// The dates are more, or in the wrong order.
pub fn requested_ahead(
    from: Option<WorkDate>,
    to: Option<WorkDate>,
    today: WorkDate,
    default_days: i32,
    max_days: i32,
) -> Result<DateRange, Problem> {
    let from = from.unwrap_or_else(|| to.map_or(today, |to| today.min(to)));
    let to = to.unwrap_or_else(|| from.plus_days(default_days - 1));
    at_most(DateRange { from, to }, max_days)
}

/// Refuses a range that is in the wrong order or has more than `max_days` dates.
///
/// # Errors
/// The dates are more, or in the wrong order.
pub fn at_most(range: DateRange, max_days: i32) -> Result<DateRange, Problem> {
    let DateRange { from, to } = range;
    in_order(from, to)?;
    if to.days_since(from) >= max_days {
        let rule = FieldRule::RangeAtMost { days: i64::from(max_days), other: "from".to_owned() };
        return Err(Problem::invalid("to", rule));
    }
    Ok(range)
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

    fn range(from: Option<&str>, to: Option<&str>) -> Result<DateRange, Problem> {
        requested(from.map(date), to.map(date), date("2026-11-02"))
    }

    #[test]
    fn without_dates_it_is_the_last_month_up_to_tomorrow() {
        assert_eq!(range(None, None).unwrap(), DateRange { from: date("2026-10-04"), to: date("2026-11-03") });
    }

    #[test]
    fn a_range_has_at_most_a_year() {
        assert!(range(Some("2028-01-01"), Some("2028-12-31")).is_ok());
        assert!(range(Some("2027-01-01"), Some("2028-01-01")).is_ok());
        assert!(range(Some("2027-01-01"), Some("2028-01-02")).is_err());
        assert!(range(Some("2026-11-02"), Some("2026-11-01")).is_err());
        assert_eq!(range(Some("2020-01-01"), None).unwrap().to, date("2020-12-31"));
    }

    fn ahead(from: Option<&str>, to: Option<&str>) -> Option<(String, String)> {
        let dates = requested_ahead(from.map(date), to.map(date), date("2026-11-02"), 31, 62).ok()?;
        assert_eq!(dates.each().last(), Some(dates.to));
        Some((dates.from.to_string(), dates.to.to_string()))
    }

    #[test]
    fn without_dates_it_is_the_month_ahead() {
        let both = |from: &str, to: &str| Some((from.to_owned(), to.to_owned()));
        assert_eq!(ahead(None, None), both("2026-11-02", "2026-12-02"));
        assert_eq!(ahead(Some("2026-12-01"), None), both("2026-12-01", "2026-12-31"));
        assert_eq!(ahead(None, Some("2026-11-30")), both("2026-11-02", "2026-11-30"));
        assert_eq!(ahead(None, Some("2026-10-30")), both("2026-10-30", "2026-10-30"));
    }

    #[test]
    fn too_long_or_turned_round_is_refused() {
        assert!(ahead(Some("2026-11-02"), Some("2027-01-02")).is_some());
        assert!(ahead(Some("2026-11-02"), Some("2027-01-03")).is_none());
        assert!(ahead(Some("2026-11-02"), Some("2026-11-01")).is_none());
    }
}
