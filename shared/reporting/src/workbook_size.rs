//! The check of a workbook's size, before a job begins to write a file that can't be finished.

use domain::{calendar::DateRange, day::MonthTotals};
use store::Store;

use crate::{Bound, Order, Report, ReportError, Whose, plan::whole_months, scope::ReportScope, workbook::MAX_ROWS};

/// The maximum number of a department's months that the check reads.
const MAX_PARTS: usize = 60;

/// Fails if a workbook certainly can't hold the rows of a report.
///
/// A person has at least one row for each date on which they were present, or late. The totals of whole months tell how many
/// these are, with one Query for a department's month of up to two thousand people. The check ends as soon as there are too
/// many. Reports that it lets through can still be too large: other dates of the period, and second sessions, have more rows.
pub async fn check_workbook(store: &Store, order: &Order) -> Result<(), ReportError> {
    let (dates, rows_of): (DateRange, fn(&MonthTotals) -> i64) = match order.report {
        Report::Attendance { dates } => (dates, days_present),
        Report::Lateness { dates } => (dates, days_late),
        // At most a row for each person, date or balance.
        Report::MonthlyWork { .. } | Report::WorkedHours { .. } | Report::Leave { .. } | Report::Trends { .. } => {
            return Ok(());
        }
    };
    match order.whose {
        // A person has at most some thousand rows.
        Whose::Person { .. } => return Ok(()),
        Whose::Everyone | Whose::Department { .. } | Whose::Members { .. } => {}
    }
    let scope = ReportScope::find(store, &order.whose, dates.from).await?;
    let (months, _) = whole_months(dates);
    let parts = months.iter().flat_map(|month| scope.departments().iter().map(move |department| (*month, *department)));
    let parts: Vec<_> = parts.take(MAX_PARTS).collect();
    let mut rows = 0;
    for (month, department) in parts {
        let lines = store.month_lines(month, department, usize::MAX).await?;
        let shown = lines.iter().filter(|line| scope.may_show(line.user_id));
        rows += shown.map(|line| rows_of(&line.totals)).sum::<i64>();
        if rows > i64::from(MAX_ROWS) {
            return Err(ReportError::TooLarge(Bound::WorkbookRows { max: u64::from(MAX_ROWS) }));
        }
    }
    Ok(())
}

const fn days_present(totals: &MonthTotals) -> i64 {
    totals.days_present
}

const fn days_late(totals: &MonthTotals) -> i64 {
    totals.days_late
}
