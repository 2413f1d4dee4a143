//! The date range of a roster.

use domain::{FieldRule, calendar::WorkDate};
use web::{Problem, date_range::in_order};

/// A range of dates, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Dates {
    /// The first date.
    pub(crate) from: WorkDate,
    /// The last date.
    pub(crate) to: WorkDate,
}

impl Dates {
    /// Returns the date range of a query. Rosters look ahead: without dates, the range begins today and has `usual`
    /// days. It has at most `most` days.
    pub(crate) fn requested(
        from: Option<WorkDate>,
        to: Option<WorkDate>,
        today: WorkDate,
        usual: i32,
        most: i32,
    ) -> Result<Self, Problem> {
        let from = from.unwrap_or_else(|| to.map_or(today, |to| today.min(to)));
        let to = to.unwrap_or_else(|| from.plus_days(usual - 1));
        in_order(from, to)?;
        if to.days_since(from) >= most {
            return Err(Problem::invalid(
                "to",
                FieldRule::RangeAtMost { days: i64::from(most), other: "from".to_owned() },
            ));
        }
        Ok(Self { from, to })
    }

    /// Returns each date of the range.
    pub(crate) fn each(self) -> impl Iterator<Item = WorkDate> + Clone {
        (0..=self.to.days_since(self.from)).map(move |days| self.from.plus_days(days))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> WorkDate {
        text.parse().unwrap()
    }

    fn requested(from: Option<&str>, to: Option<&str>) -> Option<(String, String)> {
        let dates = Dates::requested(from.map(date), to.map(date), date("2026-11-02"), 31, 62).ok()?;
        assert_eq!(dates.each().last(), Some(dates.to));
        Some((dates.from.to_string(), dates.to.to_string()))
    }

    #[test]
    fn without_dates_it_is_the_month_ahead() {
        let both = |from: &str, to: &str| Some((from.to_owned(), to.to_owned()));
        assert_eq!(requested(None, None), both("2026-11-02", "2026-12-02"));
        assert_eq!(requested(Some("2026-12-01"), None), both("2026-12-01", "2026-12-31"));
        assert_eq!(requested(None, Some("2026-11-30")), both("2026-11-02", "2026-11-30"));
        assert_eq!(requested(None, Some("2026-10-30")), both("2026-10-30", "2026-10-30"));
    }

    #[test]
    fn too_long_or_turned_round_is_refused() {
        assert!(requested(Some("2026-11-02"), Some("2027-01-02")).is_some());
        assert!(requested(Some("2026-11-02"), Some("2027-01-03")).is_none());
        assert!(requested(Some("2026-11-02"), Some("2026-11-01")).is_none());
    }
}
