//! What a report looks like as a picture: a few columns, by name or date. Where there are more names than a picture bears,
//! their departments stand for them; where these are too many as well, the rest are one.

use crate::column::{Cell, Column, Line};

/// The most groups of a picture.
const MOST: usize = 40;

/// Which columns a picture shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Plot {
    /// By which column.
    pub(crate) by: usize,
    /// By which one instead where that has too many values.
    pub(crate) else_by: usize,
    /// Which columns.
    pub(crate) of: &'static [usize],
    /// Lines instead of bars.
    pub(crate) lines: bool,
    /// What they are measured in.
    pub(crate) unit: &'static str,
}

/// A picture of a report.
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
    groups: Vec<(String, Vec<f64>)>,
    /// What didn't find room.
    others: Option<Vec<f64>>,
}

impl Groups {
    fn add(&mut self, label: &str, values: &[f64]) {
        let known = self.groups.iter().position(|(known, _)| known == label);
        let sums = match known {
            Some(place) => self.groups.get_mut(place).map(|(_, sums)| sums),
            None if self.groups.len() < MOST => {
                self.groups.push((label.to_owned(), vec![0.0; values.len()]));
                self.groups.last_mut().map(|(_, sums)| sums)
            }
            None => Some(self.others.get_or_insert_with(|| vec![0.0; values.len()])),
        };
        for (sum, value) in sums.into_iter().flatten().zip(values) {
            *sum += value;
        }
    }
}

impl Chart {
    pub(crate) fn new(title: String, columns: &[Column], plot: Plot) -> Self {
        let names = plot.of.iter().filter_map(|of| columns.get(*of)).map(|column| column.title).collect();
        Self { title, names, plot, groups: Groups::default(), fallback: Groups::default() }
    }

    pub(crate) fn add(&mut self, line: &Line) {
        let values: Vec<f64> = self.plot.of.iter().map(|of| line.get(*of).map_or(0.0, Cell::shown)).collect();
        let label = |of: usize| match line.get(of) {
            None | Some(Cell::Nothing) => "(none)".to_owned(),
            Some(Cell::Text(text)) => text.clone(),
            Some(other) => other.csv(),
        };
        self.groups.add(&label(self.plot.by), &values);
        self.fallback.add(&label(self.plot.else_by), &values);
    }

    /// The groups to show, with the values of each column.
    pub(crate) fn groups(&self) -> Vec<(String, Vec<f64>)> {
        let of = if self.groups.others.is_none() { &self.groups } else { &self.fallback };
        let others = of.others.clone().map(|sums| ("(others)".to_owned(), sums));
        of.groups.iter().cloned().chain(others).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::column::Kind;

    const COLUMNS: &[Column] = &[
        Column::new("full_name", "Name", Kind::Text),
        Column::new("department", "Department", Kind::Text),
        Column::summed("worked_seconds", "Worked", Kind::Duration),
    ];

    fn shown(people: usize) -> Vec<(String, Vec<f64>)> {
        let plot = Plot { by: 0, else_by: 1, of: &[2], lines: false, unit: "hours" };
        let mut chart = Chart::new("Work".to_owned(), COLUMNS, plot);
        for number in 0..people {
            let department = Cell::Text(format!("D{}", number % 2));
            chart.add(&vec![Cell::Text(format!("P{number}")), department, Cell::Seconds(1800)]);
        }
        chart.groups()
    }

    #[test]
    fn people_are_shown_while_they_are_few_and_their_departments_when_they_are_many() {
        assert_eq!(shown(2), [("P0".to_owned(), vec![0.5]), ("P1".to_owned(), vec![0.5])]);
        assert_eq!(shown(MOST).len(), MOST);
        assert_eq!(shown(MOST + 2), [("D0".to_owned(), vec![10.5]), ("D1".to_owned(), vec![10.5])]);
    }
}
