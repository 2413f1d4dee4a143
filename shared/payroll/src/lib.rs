//! Payroll: the result of a pay run, its files for payroll systems, and timesheets as PDF.
//!
//! A [`RunResult`] never changes after it was made, and its hash proves that. A [`Template`] says how a result becomes a file
//! ([`write_file`]). Everything in this crate is pure: `functions/jobs` reads the figures of closed periods and stores the
//! results, and `functions/pay` answers with them.

mod amount;
mod file;
mod lines;
mod pdf;
mod result;
mod template;
#[cfg(test)]
mod tests;

pub use amount::{Hundredths, hours};
pub use file::{FileError, PayrollFile, write_file};
pub use lines::PersonFigures;
pub use pdf::{
    AccountFigures, CodeFigures, PdfError, Signature, SignedStep, TimesheetDay, TimesheetDocument, timesheet_pdf,
};
pub use result::{LineKey, PayrollLine, RunResult};
pub use template::{
    ColumnValue, CsvColumn, CsvTemplate, DateForm, DecimalSeparator, Encoding, HoursForm, Separator, Template,
    TemplateName,
};
