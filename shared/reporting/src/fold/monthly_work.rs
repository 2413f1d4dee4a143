//! The monthly totals of all people, with a line for each department that a person worked in.

use domain::day::MonthTotals;

use super::{DEPARTMENT, FULL_NAME, Fold, USER_ID, owner_cells};
use crate::{
    chart::Plot,
    column::{Cell, Column, Kind, Line},
    part::{Figure, FigureValue},
    scope::ReportScope,
};

pub(crate) const COLUMNS: &[Column] = &[
    USER_ID,
    FULL_NAME,
    DEPARTMENT,
    Column::summed("worked_seconds", "Worked", Kind::Duration),
    Column::summed("break_seconds", "Breaks", Kind::Duration),
    Column::summed("scheduled_seconds", "Scheduled", Kind::Duration),
    Column::summed("overtime_seconds", "Overtime", Kind::Duration),
    Column::summed("days_present", "Days present", Kind::Count),
    Column::summed("days_absent", "Days absent", Kind::Count),
    Column::summed("days_late", "Days late", Kind::Count),
    Column::summed("late_seconds", "Late", Kind::Duration),
    Column::summed("early_leave_seconds", "Left early", Kind::Duration),
    Column::summed("days_on_leave", "Days on leave", Kind::Days),
];

pub(super) const PLOT: Plot = Plot { key: 0, by: 1, else_by: 2, of: &[3, 5], lines: false, unit: "hours" };

/// The report of monthly totals.
pub(super) struct MonthlyWork;

impl Fold for MonthlyWork {
    fn take(&mut self, figure: Figure, scope: &ReportScope) -> Vec<Line> {
        let FigureValue::Month(_, totals) = figure.value else { return Vec::new() };
        // Figures that were added and removed again leave an item whose totals are zero.
        if totals.is_zero() {
            return Vec::new();
        }
        vec![owner_cells(&figure.owner, scope).into_iter().chain(cells(totals)).collect()]
    }
}

fn cells(totals: MonthTotals) -> [Cell; 10] {
    let MonthTotals {
        worked_seconds,
        break_seconds,
        scheduled_seconds,
        overtime_seconds,
        late_seconds,
        early_leave_seconds,
        days_present,
        days_absent,
        days_late,
        half_days_on_leave,
    } = totals;
    [
        Cell::Seconds(worked_seconds),
        Cell::Seconds(break_seconds),
        Cell::Seconds(scheduled_seconds),
        Cell::Seconds(overtime_seconds),
        Cell::Count(days_present),
        Cell::Count(days_absent),
        Cell::Count(days_late),
        Cell::Seconds(late_seconds),
        Cell::Seconds(early_leave_seconds),
        Cell::Hundredths(half_days_on_leave * 50),
    ]
}
