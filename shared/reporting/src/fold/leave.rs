//! The leave balances of people in a leave year.

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
    Column::new("type", "Type", Kind::Text),
    Column::new("from", "From", Kind::Date),
    Column::new("to", "To", Kind::Date),
    Column::summed("granted_days", "Granted", Kind::Days),
    Column::summed("carried_days", "Carried over", Kind::Days),
    Column::summed("used_days", "Used", Kind::Days),
    Column::summed("pending_days", "Pending", Kind::Days),
    Column::summed("deducted_days", "Deducted", Kind::Days),
    Column::summed("adjusted_days", "Adjusted", Kind::Days),
    Column::summed("expired_days", "Expired", Kind::Days),
    Column::summed("available_days", "Available", Kind::Days),
];

pub(super) const PLOT: Plot = Plot { key: 0, by: 1, else_by: 2, of: &[8, 13], lines: false, unit: "days" };

/// The report of leave balances.
pub(super) struct Leave;

impl Fold for Leave {
    fn take(&mut self, figure: Figure, scope: &ReportScope) -> Vec<Line> {
        let FigureValue::Balance(balance, day) = figure.value else { return Vec::new() };
        let days = balance.figures.in_days(day);
        let before = [
            Cell::Text(balance.leave_type.as_str().to_owned()),
            Cell::Date(balance.year.from),
            Cell::Date(balance.year.to),
        ];
        let figures = [
            days.granted,
            days.carried,
            days.used,
            days.pending,
            days.deducted,
            days.adjusted,
            days.expired,
            days.available,
        ];
        let cells = before.into_iter().chain(figures.map(|days| Cell::Hundredths(days.hundredths())));
        vec![owner_cells(&figure.owner, scope).into_iter().chain(cells).collect()]
    }
}
