//! The chart of a report: a few columns, by name or by date. If there are too many names for a chart, it shows their
//! departments. If there are too many departments as well, it combines the remaining ones.

use std::borrow::Cow;

use crate::column::{Cell, Column, Line};

/// The maximum number of groups in a chart.
const MAX_COUNT: usize = 40;

/// The columns that a chart shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Plot {
    /// The column that identifies groups: two people may have the same name.
    pub(crate) key: usize,
    /// The column with the names of groups.
    pub(crate) by: usize,
    /// The column to group by if `key` has too many values.
    pub(crate) else_by: usize,
    /// The columns with the values.
    pub(crate) of: &'static [usize],
    /// Whether the chart has lines instead of bars.
    pub(crate) lines: bool,
    /// The unit of the values.
    pub(crate) unit: &'static str,
}

/// A chart of a report.
#[derive(Debug, Clone)]
pub struct Chart {
    pub(crate) title: String,
    pub(crate) names: Vec<&'static str>,
    pub(crate) plot: Plot,
    groups: Groups,
    fallback: Groups,
}

#[derive(Debug, Clone, Default)]
struct Groups {
    groups: Vec<Group>,
    /// The sum of the groups that didn't fit.
    others: Option<Values>,
}

#[derive(Debug, Clone)]
struct Group {
    key: String,
    label: String,
    sums: Values,
}

/// The value of each column; `None` if there is nothing to show.
pub(crate) type Values = Vec<Option<f64>>;

impl Groups {
    fn add(&mut self, key: &str, label: &str, values: &Values) {
        let sums = match self.groups.iter().position(|group| group.key == key) {
            Some(place) => self.groups.get_mut(place).map(|group| &mut group.sums),
            None if self.groups.len() < MAX_COUNT => {
                let sums = vec![None; values.len()];
                self.groups.push(Group { key: key.to_owned(), label: label.to_owned(), sums });
                self.groups.last_mut().map(|group| &mut group.sums)
            }
            None => Some(self.others.get_or_insert_with(|| vec![None; values.len()])),
        };
        for (sum, value) in sums.into_iter().flatten().zip(values) {
            *sum = match (*sum, value) {
                (Some(sum), Some(value)) => Some(sum + value),
                (sum, value) => sum.or(*value),
            };
        }
    }
}

impl Chart {
    pub(crate) fn new(title: String, columns: &[Column], plot: Plot) -> Self {
        let names = plot.of.iter().filter_map(|of| columns.get(*of)).map(|column| column.title).collect();
        Self { title, names, plot, groups: Groups::default(), fallback: Groups::default() }
    }

    pub(crate) fn add(&mut self, line: &Line) {
        let values: Values = self.plot.of.iter().map(|of| line.get(*of).and_then(Cell::shown)).collect();
        let label = |of: usize| match line.get(of) {
            None | Some(Cell::Nothing) => Cow::Borrowed("(none)"),
            Some(Cell::Text(text)) => Cow::Borrowed(text.as_str()),
            Some(other) => Cow::Owned(other.csv()),
        };
        self.groups.add(&label(self.plot.key), &label(self.plot.by), &values);
        let instead = label(self.plot.else_by);
        self.fallback.add(&instead, &instead, &values);
    }

    /// Returns the groups to show, with the values of each column.
    pub(crate) fn groups(&self) -> Vec<(String, Values)> {
        let of = if self.groups.others.is_none() { &self.groups } else { &self.fallback };
        let others = of.others.clone().map(|sums| ("(others)".to_owned(), sums));
        of.groups.iter().map(|group| (group.label.clone(), group.sums.clone())).chain(others).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::column::Kind;

    const COLUMNS: &[Column] = &[
        Column::new("user_id", "Person", Kind::Text),
        Column::new("full_name", "Name", Kind::Text),
        Column::new("department", "Department", Kind::Text),
        Column::summed("worked_seconds", "Worked", Kind::Duration),
    ];

    fn shown(people: usize) -> Vec<(String, f64)> {
        let plot = Plot { key: 0, by: 1, else_by: 2, of: &[3], lines: false, unit: "hours" };
        let mut chart = Chart::new("Work".to_owned(), COLUMNS, plot);
        for number in 0..people {
            let department = Cell::Text(format!("D{}", number % 2));
            // Half an hour twice: two departments in one month.
            for _ in 0..2 {
                let who = [Cell::Text(number.to_string()), Cell::Text("Kim".to_owned()), department.clone()];
                chart.add(&who.into_iter().chain([Cell::Seconds(1800)]).collect());
            }
        }
        chart.groups().into_iter().map(|(label, values)| (label, values[0].unwrap())).collect()
    }

    #[test]
    fn a_chart_shows_departments_if_there_are_too_many_people() {
        assert_eq!(shown(2), [("Kim".to_owned(), 1.0), ("Kim".to_owned(), 1.0)], "namesakes are two");
        assert_eq!(shown(MAX_COUNT).len(), MAX_COUNT);
        assert_eq!(shown(MAX_COUNT + 2), [("D0".to_owned(), 21.0), ("D1".to_owned(), 21.0)]);
    }
}
