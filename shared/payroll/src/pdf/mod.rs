//! The timesheet of a person and pay period as PDF/A-2u. The same figures always make the same bytes.

mod layout;
mod render;
mod typeface;

use domain::{
    calendar::{WorkDate, Zone},
    language::Language,
    pay::{PayCode, PayPeriod},
};
use jiff::Timestamp;

use crate::Hundredths;

/// Everything that a PDF timesheet shows.
#[derive(Debug, Clone)]
pub struct TimesheetDocument {
    /// The language of its words, dates and numbers.
    pub language: Language,
    /// The person's full name.
    pub full_name: String,
    /// The person's personnel number.
    pub personnel_number: Option<String>,
    /// The name of the person's department.
    pub department: Option<String>,
    /// The person's cost center.
    pub cost_center: Option<String>,
    /// The pay period.
    pub period: PayPeriod,
    /// The days, in order.
    pub days: Vec<TimesheetDay>,
    /// The sums by pay code.
    pub codes: Vec<CodeFigures>,
    /// The time account; absent for people without one.
    pub account: Option<AccountFigures>,
    /// The signatures, in order.
    pub signatures: Vec<Signature>,
    /// The instant of the last change, which is also the document's date.
    pub changed_at: Timestamp,
    /// The time zone of the signatures.
    pub zone: Zone,
}

/// A day of a timesheet.
#[derive(Debug, Clone)]
pub struct TimesheetDay {
    /// The work date.
    pub date: WorkDate,
    /// The time zone of the day.
    pub zone: Zone,
    /// The clock-in and the clock-out of each session; an open session has no clock-out.
    pub sessions: Vec<(Timestamp, Option<Timestamp>)>,
    /// The unpaid breaks in seconds, recorded and automatic.
    pub break_seconds: i64,
    /// The absence in words: the name of a leave type or of a holiday.
    pub absence: Option<String>,
    /// The scheduled seconds.
    pub scheduled_seconds: i64,
    /// The worked seconds.
    pub worked_seconds: i64,
    /// The seconds that the day added to the time account; absent for people without one.
    pub account_seconds: Option<i64>,
}

/// The sum of a pay code.
#[derive(Debug, Clone)]
pub struct CodeFigures {
    /// The pay code.
    pub code: PayCode,
    /// The name of the code, or of the leave type of an absence.
    pub name: String,
    /// The seconds.
    pub seconds: i64,
    /// The days of an absence; 0 for work.
    pub days: Hundredths,
}

/// The time account of a person in a period.
#[derive(Debug, Clone, Copy)]
pub struct AccountFigures {
    /// The balance before the first date, in seconds.
    pub opening_seconds: i64,
    /// The balance at the end of the last date, in seconds.
    pub closing_seconds: i64,
}

/// A signature of a timesheet.
#[derive(Debug, Clone)]
pub struct Signature {
    /// The step that was signed.
    pub step: SignedStep,
    /// The name of the person who signed.
    pub by: String,
    /// The instant.
    pub at: Timestamp,
    /// The hash of the figures that were signed.
    pub hash: String,
}

/// A step of a timesheet that someone signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignedStep {
    /// The person submitted the timesheet.
    Submitted,
    /// A manager approved it.
    Approved,
    /// An admin closed the period.
    Closed,
}

/// The reason why a PDF can't be made.
#[derive(Debug, thiserror::Error)]
pub enum PdfError {
    /// An embedded font can't be read.
    #[error("an embedded font can't be read")]
    Font,
    /// The document doesn't follow PDF/A.
    #[error("the document can't be written: {0}")]
    Unwritable(String),
}

/// Makes the PDF of a timesheet.
///
/// # Errors
/// An embedded font can't be read, or the document doesn't follow PDF/A-2u.
pub fn timesheet_pdf(timesheet: &TimesheetDocument) -> Result<Vec<u8>, PdfError> {
    let typefaces = typeface::Typefaces::load().ok_or(PdfError::Font)?;
    let pages = layout::pages(timesheet, &typefaces);
    render::render(timesheet, &pages, &typefaces)
}
