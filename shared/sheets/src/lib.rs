//! Reads the sheets that spreadsheet programs write: CSV in their separators and encodings, and XLSX.
//!
//! [`Sheet::read`] returns the cells as texts, with the numbers of their rows as spreadsheet programs show them. [`Columns`] finds
//! the columns by the names in the first row. [`Cells`] parses the values of a row and collects the errors, each with its row and
//! column.

mod columns;
mod csv_file;
mod values;
mod workbook;

use domain::{FieldFault, FieldRule};

pub use columns::{Cells, Columns};
pub use domain::sheet::{MAX_ERRORS, wrong};
pub use values::{date, flag, number, time_of_day};

/// A sheet of texts. Blank rows are left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    /// The first row, with the names of the columns.
    pub header: Line,
    /// The other rows.
    pub lines: Vec<Line>,
}

/// A row of a sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The number of the row, as spreadsheet programs count: the first row is 1.
    pub number: u32,
    /// The texts of the cells, without spaces around them.
    cells: Vec<String>,
}

impl Line {
    /// Returns the text of a cell; `None` if it is empty.
    fn cell(&self, place: usize) -> Option<&str> {
        self.cells.get(place).map(String::as_str).filter(|text| !text.is_empty())
    }

    fn is_blank(&self) -> bool {
        self.cells.iter().all(String::is_empty)
    }
}

impl Sheet {
    /// Reads a CSV file or a workbook. Of a workbook, the first sheet is read.
    ///
    /// # Errors
    ///
    /// The file can't be read, has more than `max_rows` rows, or has no rows below its first one.
    pub fn read(bytes: &[u8], max_rows: usize) -> Result<Self, FieldFault> {
        let lines = if workbook::is_workbook(bytes) {
            workbook::read(bytes, max_rows)
        } else {
            csv_file::read(bytes, max_rows)
        };
        let mut lines = lines?.into_iter();
        let header = lines.next().unwrap_or(Line { number: 1, cells: Vec::new() });
        let lines: Vec<Line> = lines.collect();
        if let Some(line) = lines.get(max_rows) {
            return Err(of_row(line.number, FieldRule::RowsAtMost { max: max_rows as u64 }));
        }
        Ok(Self { header, lines })
    }
}

/// Returns the error of a whole row.
pub fn of_row(row: u32, rule: FieldRule) -> FieldFault {
    FieldFault::new(format!("row {row}"), rule)
}
