//! All late days, including excused ones.

use super::{DEPARTMENT, FULL_NAME, Fold, USER_ID, owner_cells};
use crate::{
    chart::Plot,
    column::{Cell, Column, Kind, Line},
    part::{Figure, FigureValue},
    scope::ReportScope,
};

pub(crate) const COLUMNS: &[Column] = &[
    Column::new("date", "Date", Kind::Date),
    USER_ID,
    FULL_NAME,
    DEPARTMENT,
    Column::summed("late_seconds", "Late", Kind::Duration),
    Column::new("excused", "Excused", Kind::Flag),
    Column::summed("days_late", "Days late", Kind::Count),
];

pub(super) const PLOT: Plot = Plot { key: 1, by: 2, else_by: 3, of: &[4], lines: false, unit: "hours" };

/// The report of late days.
pub(super) struct Lateness;

impl Fold for Lateness {
    fn take(&mut self, figure: Figure, scope: &ReportScope) -> Vec<Line> {
        let FigureValue::Day(date, totals) = figure.value else { return Vec::new() };
        if totals.late_seconds == 0 {
            return Vec::new();
        }
        // An excuse keeps the seconds of lateness, but the day doesn't count as late any more.
        let after =
            [Cell::Seconds(totals.late_seconds), Cell::Flag(totals.days_late == 0), Cell::Count(totals.days_late)];
        vec![[Cell::Date(date)].into_iter().chain(owner_cells(&figure.owner, scope)).chain(after).collect()]
    }
}
