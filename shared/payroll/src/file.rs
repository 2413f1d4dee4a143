//! Files of a result, one for each format of [`Template`].

mod csv_sheet;
mod datev;
mod encode;
mod us;
mod workbook;

use domain::{calendar::WorkDate, pay::PayPeriod};
use serde_json::json;

use crate::{RunResult, Template, template::DateForm};

pub(crate) use csv_sheet::clock;

/// A file for a payroll system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PayrollFile {
    /// The content.
    pub bytes: Vec<u8>,
    /// The content type.
    pub content_type: &'static str,
    /// The file name extension.
    pub ending: &'static str,
    /// The number of lines of the result that the format can't hold, such as premiums in a sheet that only has hours of work.
    pub left_out: usize,
}

/// The reason why a result doesn't fit a format. People can fix it in pay codes and profiles.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FileError {
    /// The format needs another personnel number.
    #[error("The personnel number of {full_name} must be {expected}.")]
    PersonnelNumber {
        /// The person's full name.
        full_name: String,
        /// The form of personnel numbers that the format needs.
        expected: &'static str,
    },
    /// The format needs another export code.
    #[error("The export code of the pay code {code} must be {expected}.")]
    ExportCode {
        /// The pay code.
        code: String,
        /// The form of export codes that the format needs.
        expected: &'static str,
    },
    /// The format needs another cost center.
    #[error("The cost center {cost_center} must be {expected}.")]
    CostCenter {
        /// The cost center.
        cost_center: String,
        /// The form of cost centers that the format needs.
        expected: &'static str,
    },
    /// The file can't be written.
    #[error("The file can't be written: {0}")]
    Unwritable(String),
}

impl FileError {
    fn unwritable(error: impl std::fmt::Display) -> Self {
        Self::Unwritable(error.to_string())
    }
}

/// Writes a result as a file.
///
/// # Errors
/// A personnel number, an export code or a cost center doesn't have the form that the format needs.
pub fn write_file(result: &RunResult, template: &Template) -> Result<PayrollFile, FileError> {
    match template {
        Template::Csv { sheet } => csv_sheet::write(result, sheet),
        Template::Json {} => json_file(result),
        Template::Xlsx {} => workbook::write(result),
        Template::DatevLodas { consultant_number, client_number } => {
            datev::lodas(result, consultant_number.get(), client_number.get())
        }
        Template::DatevLohnUndGehalt {} => datev::lohn_und_gehalt(result),
        Template::Adp { company_code, batch_id } => us::adp(result, company_code.as_str(), batch_id.as_str()),
        Template::Gusto {} => us::gusto(result),
    }
}

fn json_file(result: &RunResult) -> Result<PayrollFile, FileError> {
    let document = json!({
        "period": result.period().to_string(),
        "hash": result.hash().map_err(FileError::unwritable)?,
        "lines": result.lines(),
    });
    let bytes = serde_json::to_vec_pretty(&document).map_err(FileError::unwritable)?;
    Ok(PayrollFile { bytes, content_type: "application/json", ending: "json", left_out: 0 })
}

/// Returns a date in a form.
pub(crate) fn date_text(date: WorkDate, form: DateForm) -> String {
    let (year, month, day) = (date.date().year(), date.date().month(), date.date().day());
    match form {
        DateForm::Iso => date.to_string(),
        DateForm::Compact => format!("{year:04}{month:02}{day:02}"),
        DateForm::DayMonthYearDots => format!("{day:02}.{month:02}.{year:04}"),
        DateForm::DayMonthYearSlashes => format!("{day:02}/{month:02}/{year:04}"),
        DateForm::MonthDayYear => format!("{month:02}/{day:02}/{year:04}"),
    }
}

/// Returns the first date of the month in which a period ends. German payroll programs settle whole months.
fn settlement_month(period: PayPeriod) -> WorkDate {
    let last = period.last();
    last.plus_days(1 - i32::from(last.date().day()))
}
