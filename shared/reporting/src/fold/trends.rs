//! Presence, lateness and absence by week.

use std::collections::BTreeMap;

use domain::{
    calendar::{DateRange, WorkDate},
    day::{MonthTotals, Period},
};

use super::Fold;
use crate::{
    chart::Plot,
    column::{Cell, Column, Kind, Line, float},
    part::{Figure, FigureValue},
    scope::ReportScope,
};

pub(crate) const COLUMNS: &[Column] = &[
    Column::new("from", "From", Kind::Date),
    Column::new("to", "To", Kind::Date),
    Column::summed("days_present", "Days present", Kind::Count),
    Column::summed("days_late", "Days late", Kind::Count),
    Column::summed("days_absent", "Days absent", Kind::Count),
    Column::summed("days_on_leave", "Days on leave", Kind::Days),
    Column::new("presence_rate", "Presence", Kind::Rate),
    Column::new("lateness_rate", "Lateness", Kind::Rate),
    Column::new("absence_rate", "Absence", Kind::Rate),
];

pub(super) const PLOT: Plot = Plot { key: 0, by: 0, else_by: 0, of: &[6, 7, 8], lines: true, unit: "rate" };

/// The report of trends.
pub(super) struct Trends {
    dates: DateRange,
    weeks: BTreeMap<WorkDate, MonthTotals>,
}

impl Trends {
    pub(super) fn new(dates: DateRange) -> Self {
        let weeks = dates.each().map(|date| (Period::Week.around(date).from, MonthTotals::default())).collect();
        Self { dates, weeks }
    }
}

impl Fold for Trends {
    fn take(&mut self, figure: Figure, _: &ReportScope) -> Vec<Line> {
        if let FigureValue::Day(date, totals) = figure.value {
            *self.weeks.entry(Period::Week.around(date).from).or_default() += totals;
        }
        Vec::new()
    }

    fn rest(&mut self, _: &ReportScope) -> Vec<Line> {
        let line = |(monday, totals): (WorkDate, MonthTotals)| {
            let week = Period::Week.around(monday);
            let came_or_not = totals.days_present + totals.days_absent;
            vec![
                Cell::Date(week.from.max(self.dates.from)),
                Cell::Date(week.to.min(self.dates.to)),
                Cell::Count(totals.days_present),
                Cell::Count(totals.days_late),
                Cell::Count(totals.days_absent),
                Cell::Hundredths(totals.half_days_on_leave * 50),
                rate(totals.days_present, came_or_not),
                rate(totals.days_late, totals.days_present),
                rate(totals.days_absent, came_or_not),
            ]
        };
        std::mem::take(&mut self.weeks).into_iter().map(line).collect()
    }
}

/// Returns a rate, or an empty cell if the whole is zero. Four decimals are more precise than a company's figures.
fn rate(part: i64, whole: i64) -> Cell {
    if whole <= 0 { Cell::Nothing } else { Cell::Rate((float(part) / float(whole) * 10_000.0).round() / 10_000.0) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_with_a_zero_denominator_is_empty() {
        assert_eq!(rate(1, 3), Cell::Rate(0.3333));
        assert_eq!(rate(0, 0), Cell::Nothing);
    }
}
