//! Turns figures into lines: each report has its columns and its way of adding up.

mod attendance;
mod lateness;
mod leave;
mod monthly_work;
mod trends;
mod worked_hours;

use crate::{
    Report,
    chart::Plot,
    column::{Cell, Column, Kind, Line},
    part::{Figure, FigureOwner},
    scope::ReportScope,
};

/// A report that is being added up.
pub(crate) trait Fold: Send {
    /// Adds a figure, and returns the lines that are complete with it.
    fn take(&mut self, figure: Figure, scope: &ReportScope) -> Vec<Line>;

    /// Returns the lines that are only complete at the end.
    fn rest(&mut self, _: &ReportScope) -> Vec<Line> {
        Vec::new()
    }
}

/// Returns the fold of a report.
pub(crate) fn fold(report: &Report) -> Box<dyn Fold> {
    match report {
        Report::MonthlyWork { .. } => Box::new(monthly_work::MonthlyWork),
        Report::WorkedHours { dates, group_by } => Box::new(worked_hours::WorkedHours::new(*dates, *group_by)),
        Report::Lateness { .. } => Box::new(lateness::Lateness),
        Report::Leave { .. } => Box::new(leave::Leave),
        Report::Attendance { .. } => Box::new(attendance::Attendance),
        Report::Trends { dates } => Box::new(trends::Trends::new(*dates)),
    }
}

/// Returns the columns of a report.
pub(crate) fn columns(report: &Report) -> &'static [Column] {
    match report {
        Report::MonthlyWork { .. } => monthly_work::COLUMNS,
        Report::WorkedHours { group_by, .. } => worked_hours::columns(*group_by),
        Report::Lateness { .. } => lateness::COLUMNS,
        Report::Leave { .. } => leave::COLUMNS,
        Report::Attendance { .. } => attendance::COLUMNS,
        Report::Trends { .. } => trends::COLUMNS,
    }
}

/// Returns the plot of a report's chart.
pub(crate) fn plot(report: &Report) -> Plot {
    match report {
        Report::MonthlyWork { .. } => monthly_work::PLOT,
        Report::WorkedHours { group_by, .. } => worked_hours::plot(*group_by),
        Report::Lateness { .. } => lateness::PLOT,
        Report::Leave { .. } => leave::PLOT,
        Report::Attendance { .. } => attendance::PLOT,
        Report::Trends { .. } => trends::PLOT,
    }
}

/// The columns of each report. Those of worked hours depend on the grouping.
pub(crate) const MONTHLY_WORK: &[Column] = monthly_work::COLUMNS;
pub(crate) const WORKED_HOURS: &[&[Column]] =
    &[worked_hours::BY_DATES, worked_hours::BY_USER, worked_hours::BY_DEPARTMENT];
pub(crate) const LATENESS: &[Column] = lateness::COLUMNS;
pub(crate) const LEAVE: &[Column] = leave::COLUMNS;
pub(crate) const ATTENDANCE: &[Column] = attendance::COLUMNS;
pub(crate) const TRENDS: &[Column] = trends::COLUMNS;

const USER_ID: Column = Column::new("user_id", "Person (id)", Kind::Text);
const FULL_NAME: Column = Column::new("full_name", "Name", Kind::Text);
const DEPARTMENT: Column = Column::new("department", "Department", Kind::Text);

/// Returns the cells of these columns.
fn owner_cells(owner: &FigureOwner, scope: &ReportScope) -> [Cell; 3] {
    [
        Cell::Text(owner.user_id.to_string()),
        Cell::Text(owner.full_name.clone()),
        Cell::text(scope.department(owner.department_id)),
    ]
}
