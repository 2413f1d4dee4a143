//! What a report is asked to be over, whether by a query or by the order of an export.

use domain::{FieldRule, bounded::Bounded, calendar::WorkDate, day::Dates};
use reporting::Report;
use web::{Problem, date_range::DateRange};

/// A calendar year.
pub(crate) type Year = Bounded<2000, 2199>;
/// A month of it.
pub(crate) type MonthOfYear = Bounded<1, 12>;

/// How many weeks of trends are shown where no beginning is asked for.
const DEFAULT_WEEKS: i32 = 12;

/// The month that is asked for; this one where none is.
pub(crate) fn month(year: Option<Year>, month: Option<MonthOfYear>, today: WorkDate) -> Result<WorkDate, Problem> {
    match (year, month) {
        (None, None) => Ok(today),
        (Some(year), Some(month)) => first_of(year, month),
        (Some(_), None) => Err(Problem::invalid("month", FieldRule::RequiredWith { other: "year".to_owned() })),
        (None, Some(_)) => Err(Problem::invalid("year", FieldRule::RequiredWith { other: "month".to_owned() })),
    }
}

/// The first date of a month.
pub(crate) fn first_of(year: Year, month: MonthOfYear) -> Result<WorkDate, Problem> {
    let text = format!("{:04}-{:02}-01", year.get(), month.get());
    text.parse().map_err(|error: domain::Invalid| Problem::invalid("year", error))
}

/// The dates that are asked for; the last 30 days up to tomorrow where none are.
pub(crate) fn dates(from: Option<WorkDate>, to: Option<WorkDate>, today: WorkDate) -> Result<Dates, Problem> {
    let DateRange { from, to } = DateRange::asked(from, to, today)?;
    Ok(Dates { from, to })
}

/// Trends over the dates that are asked for; the last twelve weeks up to today where none are.
pub(crate) fn trends(from: Option<WorkDate>, to: Option<WorkDate>, today: WorkDate) -> Result<Report, Problem> {
    let to = to.unwrap_or_else(|| from.map_or(today, |from| from.max(today)));
    let from = from.unwrap_or_else(|| to.plus_days(1 - 7 * DEFAULT_WEEKS));
    Ok(Report::Trends { dates: dates(Some(from), Some(to), today)? })
}

/// Leave of the year that is asked for; of today's where none is.
pub(crate) fn leave(year: Option<Year>, today: WorkDate) -> Report {
    Report::Leave { year: year.and_then(|year| i16::try_from(year.get()).ok()).unwrap_or_else(|| today.year()) }
}
