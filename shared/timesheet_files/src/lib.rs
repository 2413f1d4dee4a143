//! Timesheets as PDF: of one person ([`timesheet_document`]), and of many people in a zip archive ([`Archive`]).
//!
//! `functions/pay` answers single timesheets, `functions/jobs` writes archives. `shared/payroll` draws the pages.

mod archive;
mod document;

use store::StoreError;

pub use archive::{Archive, entry_name};
pub use document::timesheet_document;

/// The reason why a file can't be made.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// The table can't be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The file can't be written.
    #[error("a timesheet can't be written: {0}")]
    Unwritable(String),
}
