//! Sheets that people open in a spreadsheet program.

pub use domain::sheet::escape_formula;
