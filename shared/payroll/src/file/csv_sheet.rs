//! Sheets with columns of the company's choice.

use answers::sheet::escape_formula;
use csv::{Terminator, WriterBuilder};

use super::{FileError, PayrollFile, date_text, encode::encode};
use crate::{
    PayrollLine, RunResult,
    template::{ColumnValue, CsvColumn, CsvTemplate, Encoding, HoursForm},
};

pub(super) fn write(result: &RunResult, sheet: &CsvTemplate) -> Result<PayrollFile, FileError> {
    let mut writer = writer(sheet.separator.byte());
    if sheet.with_header {
        let headings = sheet.columns.iter().map(|column| escape_formula(column.header.as_str()));
        writer.write_record(headings).map_err(FileError::unwritable)?;
    }
    for line in result.lines() {
        let cells = sheet.columns.iter().map(|column| cell(result, line, column, sheet));
        writer.write_record(cells).map_err(FileError::unwritable)?;
    }
    let text = finish(writer)?;
    Ok(PayrollFile {
        bytes: encode(&text, sheet.encoding),
        content_type: match sheet.encoding {
            Encoding::Utf8 | Encoding::Utf8Bom => "text/csv; charset=utf-8",
            Encoding::Windows1252 => "text/csv; charset=windows-1252",
        },
        ending: "csv",
        left_out: 0,
    })
}

/// Returns a writer of lines that end with CR and LF.
pub(super) fn writer(separator: u8) -> csv::Writer<Vec<u8>> {
    WriterBuilder::new().delimiter(separator).terminator(Terminator::CRLF).from_writer(Vec::new())
}

/// Returns the text that was written.
pub(super) fn finish(writer: csv::Writer<Vec<u8>>) -> Result<String, FileError> {
    let bytes = writer.into_inner().map_err(FileError::unwritable)?;
    String::from_utf8(bytes).map_err(FileError::unwritable)
}

fn cell(result: &RunResult, line: &PayrollLine, column: &CsvColumn, sheet: &CsvTemplate) -> String {
    let optional = |value: Option<&str>| value.map(escape_formula).unwrap_or_default();
    match column.value {
        ColumnValue::PersonnelNumber => optional(line.personnel_number.as_deref()),
        ColumnValue::FullName => escape_formula(&line.full_name),
        ColumnValue::Code => line.code.to_string(),
        ColumnValue::ExportCode => escape_formula(&line.export_code),
        ColumnValue::LeaveType => line.leave_type.as_ref().map(|code| code.as_str().to_owned()).unwrap_or_default(),
        ColumnValue::Hours => match sheet.hours {
            HoursForm::Decimal => line.hours.text(sheet.decimal.char()),
            HoursForm::Clock => clock(line.seconds),
            HoursForm::Seconds => line.seconds.to_string(),
        },
        ColumnValue::Days => line.days.text(sheet.decimal.char()),
        ColumnValue::CostCenter => optional(line.cost_center.as_deref()),
        ColumnValue::From => date_text(line.from, sheet.dates),
        ColumnValue::Until => date_text(line.until, sheet.dates),
        ColumnValue::PeriodFrom => date_text(result.period().first(), sheet.dates),
        ColumnValue::PeriodUntil => date_text(result.period().last(), sheet.dates),
        ColumnValue::Constant => optional(column.text.as_ref().map(domain::text::Text::as_str)),
    }
}

/// Returns seconds as hours and minutes, rounded half away from zero: `-7:30`.
pub(crate) fn clock(seconds: i64) -> String {
    let sign = if seconds < 0 { "-" } else { "" };
    let minutes = (seconds.unsigned_abs() + 30) / 60;
    if minutes == 0 { "0:00".to_owned() } else { format!("{sign}{}:{:02}", minutes / 60, minutes % 60) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn minutes_are_rounded_half_away_from_zero() {
        assert_eq!([27_000, 27_030, -27_000, -29, 0].map(clock), ["7:30", "7:31", "-7:30", "0:00", "0:00"]);
    }
}
