//! A result as an Excel workbook, with typed hours, days and dates.

use domain::schedule::LeaveTypeCode;
use rust_xlsxwriter::{DocProperties, Format, Formula, Workbook, Worksheet, XlsxError};

use super::{FileError, PayrollFile};
use crate::{Hundredths, PayrollLine, RunResult};

/// The headings of the columns and their widths.
const COLUMNS: [(&str, f64); 10] = [
    ("Personnel number", 12.0),
    ("Name", 26.0),
    ("Code", 16.0),
    ("Export code", 12.0),
    ("Leave type", 14.0),
    ("Hours", 10.0),
    ("Days", 10.0),
    ("Cost center", 14.0),
    ("From", 11.5),
    ("Until", 11.5),
];
/// The positions of the columns that have a total, with their letters.
const TOTALS: [(u16, char); 2] = [(5, 'F'), (6, 'G')];

pub(super) fn write(result: &RunResult) -> Result<PayrollFile, FileError> {
    let bytes = book(result).map_err(FileError::unwritable)?;
    Ok(PayrollFile {
        bytes,
        content_type: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ending: "xlsx",
        left_out: 0,
    })
}

fn book(result: &RunResult) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let period = result.period();
    // A fixed date, so that the same result always makes the same file.
    let made = period.last().date().to_datetime(jiff::civil::Time::midnight());
    let properties = DocProperties::new()
        .set_title(format!("Payroll {} to {}", period.first(), period.last()))
        .set_company("Rollcall")
        .set_creation_datetime(&made);
    book.set_properties(&properties);
    let sheet = book.add_worksheet();
    sheet.set_name("Payroll")?;
    sheet.set_freeze_panes(1, 0)?;
    sheet.set_landscape();
    sheet.set_print_fit_to_pages(1, 0);
    sheet.set_repeat_rows(0, 0)?;
    let bold = Format::new().set_bold();
    for (place, (heading, width)) in (0u16..).zip(COLUMNS) {
        sheet.set_column_width(place, width)?;
        sheet.write_string_with_format(0, place, heading, &bold)?;
    }
    let number = Format::new().set_num_format("0.00");
    let date = Format::new().set_num_format("yyyy-mm-dd");
    let mut last = 0;
    for (row, line) in (1u32..).zip(result.lines()) {
        write_line(sheet, row, line, &number, &date)?;
        last = row;
    }
    if last > 0 {
        let total = number.clone().set_bold();
        sheet.write_string_with_format(last + 1, 0, "Total", &bold)?;
        let sum = |amount: fn(&PayrollLine) -> Hundredths| {
            f64::from(result.lines().iter().fold(Hundredths::default(), |sum, line| sum + amount(line)))
        };
        for ((place, letter), sum) in TOTALS.into_iter().zip([sum(|line| line.hours), sum(|line| line.days)]) {
            let formula = Formula::new(format!("=SUM({letter}2:{letter}{})", last + 1)).set_result(sum.to_string());
            sheet.write_formula_with_format(last + 1, place, formula, &total)?;
        }
        sheet.autofilter(0, 0, last, 9)?;
    }
    book.save_to_buffer()
}

fn write_line(
    sheet: &mut Worksheet,
    row: u32,
    line: &PayrollLine,
    number: &Format,
    date: &Format,
) -> Result<(), XlsxError> {
    let leave_type = line.leave_type.as_ref().map(LeaveTypeCode::as_str);
    let texts = [
        (0, line.personnel_number.as_deref()),
        (1, Some(line.full_name.as_str())),
        (2, Some(line.code.as_str())),
        (3, Some(line.export_code.as_str())),
        (4, leave_type),
        (7, line.cost_center.as_deref()),
    ];
    for (place, text) in texts {
        if let Some(text) = text {
            sheet.write_string(row, place, text)?;
        }
    }
    sheet.write_number_with_format(row, 5, f64::from(line.hours), number)?;
    sheet.write_number_with_format(row, 6, f64::from(line.days), number)?;
    sheet.write_datetime_with_format(row, 8, line.from.date(), date)?;
    sheet.write_datetime_with_format(row, 9, line.until.date(), date)?;
    Ok(())
}
