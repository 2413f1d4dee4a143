//! Columns by their names, and the values of a row.

use std::{cell::RefCell, collections::BTreeMap};

use domain::{
    FieldFault, FieldRule, Invalid,
    sheet::{unescape_formula, wrong},
};

use crate::{Line, Sheet};

/// The positions of a sheet's columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Columns {
    row: u32,
    width: usize,
    places: BTreeMap<&'static str, usize>,
}

impl Columns {
    /// Finds the known columns in the first row, in any order and case. Returns the errors of names that aren't known or come
    /// twice, too.
    pub fn of(sheet: &Sheet, known: &[&'static str]) -> (Self, Vec<FieldFault>) {
        let Line { number: row, ref cells } = sheet.header;
        let (mut places, mut errors) = (BTreeMap::new(), Vec::new());
        for (place, name) in cells.iter().enumerate() {
            let name = name.to_lowercase();
            match known.iter().find(|column| **column == name) {
                Some(column) if places.contains_key(column) => errors.push(wrong(row, column, FieldRule::GivenTwice)),
                Some(column) => {
                    places.insert(*column, place);
                }
                None => {
                    let shown: String = name.chars().take(50).collect();
                    errors.push(wrong(row, &shown, FieldRule::OneOf { allowed: known.iter().copied().collect() }));
                }
            }
        }
        (Self { row, width: cells.len(), places }, errors)
    }

    /// Whether the sheet has that column.
    pub fn has(&self, column: &str) -> bool {
        self.places.contains_key(column)
    }

    /// Returns an error for each of these columns that the sheet doesn't have.
    pub fn missing(&self, needed: &[&'static str]) -> Vec<FieldFault> {
        let missing = needed.iter().filter(|column| !self.has(column));
        missing.map(|column| self.wrong(column, FieldRule::Required)).collect()
    }

    /// Returns an error of the first row.
    pub fn wrong(&self, column: &str, rule: FieldRule) -> FieldFault {
        wrong(self.row, column, rule)
    }

    /// Returns the error of a row that has more cells than the first row; none if the surplus cells are empty. A decimal comma in
    /// a sheet that is separated by commas makes such a row.
    fn surplus(&self, line: &Line) -> Option<FieldFault> {
        let place = (self.width..line.cells.len()).find(|place| line.cell(*place).is_some())?;
        Some(wrong(line.number, &(place + 1).to_string(), FieldRule::BeyondColumns))
    }

    /// Returns the error of a sheet without rows.
    pub fn without_rows(&self) -> FieldFault {
        crate::of_row(self.row + 1, FieldRule::NoRows)
    }
}

/// The values of a row, and the errors that were found in them.
#[derive(Debug)]
pub struct Cells<'a> {
    line: &'a Line,
    columns: &'a Columns,
    errors: RefCell<Vec<FieldFault>>,
}

impl<'a> Cells<'a> {
    /// Begins with the values of a row. A row with more cells than the first row has an error from the beginning.
    pub fn new(line: &'a Line, columns: &'a Columns) -> Self {
        let errors = columns.surplus(line).into_iter().collect();
        Self { line, columns, errors: RefCell::new(errors) }
    }

    /// Returns the number of the row.
    pub const fn number(&self) -> u32 {
        self.line.number
    }

    /// Returns the text of a column, without the apostrophe with which exports escape formulas; `None` if it is empty.
    pub fn text(&self, column: &'static str) -> Option<&'a str> {
        self.line.cell(*self.columns.places.get(column)?).map(unescape_formula)
    }

    /// Returns a value that each row must have; `None` if it is empty or wrong.
    pub fn value<T>(&self, column: &'static str, parse: impl Fn(&str) -> Result<T, Invalid>) -> Option<T> {
        let value = self.text(column).ok_or_else(|| Invalid::new(FieldRule::Required)).and_then(parse);
        value.map_err(|error| self.wrong(column, error)).ok()
    }

    /// Returns a value that may be empty; `None` if it is empty or wrong.
    pub fn optional<T>(&self, column: &'static str, parse: impl Fn(&str) -> Result<T, Invalid>) -> Option<T> {
        self.text(column).and_then(|_| self.value(column, parse))
    }

    /// Adds an error of a column.
    pub fn wrong(&self, column: &str, rule: impl Into<FieldRule>) {
        self.errors.borrow_mut().push(wrong(self.line.number, column, rule));
    }

    /// Returns the errors that were found.
    pub fn into_errors(self) -> Vec<FieldFault> {
        self.errors.into_inner()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn errors(sheet: &str) -> Vec<(String, FieldRule)> {
        let sheet = Sheet::read(sheet.as_bytes(), 10).unwrap();
        let (columns, errors) = Columns::of(&sheet, &["username", "available_days"]);
        assert!(errors.is_empty());
        let of_lines = sheet.lines.iter().flat_map(|line| Cells::new(line, &columns).into_errors());
        of_lines.map(|error| (error.field.into_owned(), error.rule)).collect()
    }

    #[test]
    fn a_cell_beyond_the_last_column_is_an_error() {
        let sheet = "username,available_days\ntom,12,5\nmaria,12.5,,\nomar,12,,x,y\n\"lena\",\"7,5\"\n";
        let expected = ["row 2, column 3", "row 4, column 4"];
        assert_eq!(errors(sheet), expected.map(|field| (field.to_owned(), FieldRule::BeyondColumns)));
        assert!(errors("username;available_days\ntom;12,5\n").is_empty());
    }
}
