//! The parameters of a report, from a query or from an export order.

use domain::{
    FieldRule,
    bounded::Bounded,
    calendar::{DateRange, WorkDate},
};
use reporting::Report;
use web::{Problem, date_range};

/// A calendar year.
pub(crate) type Year = Bounded<2000, 2199>;
/// A month of a year, from 1 to 12.
pub(crate) type MonthOfYear = Bounded<1, 12>;

/// The number of weeks of trends if the request has no first date.
const DEFAULT_WEEKS: i32 = 12;

/// Returns a date in the requested month; by default, in the current month.
pub(crate) fn month(year: Option<Year>, month: Option<MonthOfYear>, today: WorkDate) -> Result<WorkDate, Problem> {
    match (year, month) {
        (None, None) => Ok(today),
        (Some(year), Some(month)) => first_of(year, month),
        (Some(_), None) => Err(Problem::invalid("month", FieldRule::RequiredWith { other: "year".to_owned() })),
        (None, Some(_)) => Err(Problem::invalid("year", FieldRule::RequiredWith { other: "month".to_owned() })),
    }
}

/// Returns the first date of a month.
pub(crate) fn first_of(year: Year, month: MonthOfYear) -> Result<WorkDate, Problem> {
    let text = format!("{:04}-{:02}-01", year.get(), month.get());
    text.parse().map_err(|error: domain::Invalid| Problem::invalid("year", error))
}

/// Returns the requested dates; by default, the last 30 days up to tomorrow.
pub(crate) fn dates(from: Option<WorkDate>, to: Option<WorkDate>, today: WorkDate) -> Result<DateRange, Problem> {
    date_range::requested(from, to, today)
}

/// Returns the trends report for the requested dates; by default, for the last twelve weeks up to today.
pub(crate) fn trends(from: Option<WorkDate>, to: Option<WorkDate>, today: WorkDate) -> Result<Report, Problem> {
    let to = to.unwrap_or_else(|| from.map_or(today, |from| from.max(today)));
    let from = from.unwrap_or_else(|| to.plus_days(1 - 7 * DEFAULT_WEEKS));
    Ok(Report::Trends { dates: dates(Some(from), Some(to), today)? })
}

/// Returns the leave report for the requested year; by default, for the current year.
pub(crate) fn leave(year: Option<Year>, today: WorkDate) -> Report {
    Report::Leave { year: year.and_then(|year| i16::try_from(year.get()).ok()).unwrap_or_else(|| today.year()) }
}
