//! Sheets for ADP Workforce Now and Gusto. Both take one row for each person with columns for regular hours and overtime.

use std::collections::BTreeMap;

use answers::sheet::escape_formula;
use domain::{
    id::UserId,
    pay::{PayCode, PayCodeKind},
};

use super::{
    FileError, PayrollFile,
    csv_sheet::{finish, writer},
};
use crate::{Hundredths, PayrollLine, RunResult};

/// The digits of a file number at ADP.
const FILE_NUMBER: usize = 6;
/// The columns of Gusto's sheet that hold hours of work.
const GUSTO_HOURS: [&str; 3] = ["regular_hours", "overtime_hours", "double_overtime_hours"];

/// The hours of a person, with one cost center, that have columns of their own.
#[derive(Debug, Default)]
struct WorkHours {
    regular: Hundredths,
    overtime: Hundredths,
}

/// Pay data for ADP Workforce Now: a row with regular hours and overtime for each person and cost center, and a row for each
/// other code (`Hours 3`). `Temp Dept` is the cost center.
pub(super) fn adp(result: &RunResult, company_code: &str, batch_id: &str) -> Result<PayrollFile, FileError> {
    let company_code = format!("{company_code:_<3}");
    let mut writer = writer(b',');
    writer
        .write_record([
            "Co Code",
            "Batch ID",
            "File #",
            "Employee Name",
            "Temp Dept",
            "Reg Hours",
            "O/T Hours",
            "Hours 3 Code",
            "Hours 3 Amount",
        ])
        .map_err(FileError::unwritable)?;
    let mut row = |line: &PayrollLine, hours: [String; 4]| {
        let person = [
            escape_formula(&company_code),
            escape_formula(batch_id),
            file_number(line)?,
            escape_formula(&line.full_name),
            escape_formula(line.cost_center.as_deref().unwrap_or_default()),
        ];
        writer.write_record(person.iter().chain(&hours)).map_err(FileError::unwritable)
    };
    let mut work: BTreeMap<(UserId, Option<&str>), WorkHours> = BTreeMap::new();
    for line in result.lines() {
        let hours = work.entry((line.user_id, line.cost_center.as_deref())).or_default();
        if line.code == PayCode::regular() {
            hours.regular = hours.regular + line.hours;
        } else if line.code == PayCode::overtime() {
            hours.overtime = hours.overtime + line.hours;
        }
    }
    let amount = |hours: Hundredths| if hours.get() == 0 { String::new() } else { hours.text('.') };
    for line in result.lines() {
        if has_own_column(line) {
            // The first line of a person and cost center writes the row of both columns.
            if let Some(hours) = work.remove(&(line.user_id, line.cost_center.as_deref())) {
                row(line, [amount(hours.regular), amount(hours.overtime), String::new(), String::new()])?;
            }
        } else if line.hours.get() != 0 {
            let code = escape_formula(&line.export_code);
            row(line, [String::new(), String::new(), code, line.hours.text('.')])?;
        }
    }
    let left_out = result.lines().iter().filter(|line| line.hours.get() == 0).count();
    Ok(sheet(finish(writer)?, left_out))
}

/// Whether the hours of the line have a column of their own at ADP.
fn has_own_column(line: &PayrollLine) -> bool {
    [PayCode::regular(), PayCode::overtime()].contains(&line.code)
}

fn file_number(line: &PayrollLine) -> Result<String, FileError> {
    let number = line.personnel_number.as_deref().unwrap_or_default();
    let fits = (1..=FILE_NUMBER).contains(&number.len()) && number.bytes().all(|b| b.is_ascii_digit());
    if fits {
        Ok(format!("{number:0>FILE_NUMBER$}"))
    } else {
        Err(FileError::PersonnelNumber {
            full_name: line.full_name.clone(),
            expected: "a file number of up to 6 digits",
        })
    }
}

/// A sheet for Gusto: a row for each person. Gusto's upload has no columns for premiums, and none for absences that every
/// company has, so these lines are left out and counted.
pub(super) fn gusto(result: &RunResult) -> Result<PayrollFile, FileError> {
    let mut people: Vec<(&PayrollLine, [Hundredths; GUSTO_HOURS.len()])> = Vec::new();
    let mut left_out = 0;
    for line in result.lines() {
        let Some(column) = gusto_column(line) else {
            left_out += 1;
            continue;
        };
        if people.last().is_none_or(|(last, _)| last.user_id != line.user_id) {
            people.push((line, [Hundredths::default(); GUSTO_HOURS.len()]));
        }
        let hours = people.last_mut().and_then(|(_, hours)| hours.get_mut(column));
        if let Some(hours) = hours {
            *hours = *hours + line.hours;
        }
    }
    let mut writer = writer(b',');
    let headings = ["last_name", "first_name", "title", "gusto_employee_id"];
    writer.write_record(headings.iter().chain(&GUSTO_HOURS)).map_err(FileError::unwritable)?;
    for (line, hours) in people {
        let (first, last) = names(&line.full_name);
        let number = line.personnel_number.as_deref().filter(|number| is_employee_id(number)).unwrap_or_default();
        let mut row = vec![escape_formula(last), escape_formula(first), String::new(), number.to_owned()];
        row.extend(hours.map(|hours| hours.text('.')));
        writer.write_record(row).map_err(FileError::unwritable)?;
    }
    Ok(sheet(finish(writer)?, left_out))
}

/// Returns the position of the column that holds the line's hours. The export code may name a column.
fn gusto_column(line: &PayrollLine) -> Option<usize> {
    let named = GUSTO_HOURS.iter().position(|column| *column == line.export_code);
    named.or(match line.kind {
        PayCodeKind::Regular | PayCodeKind::Adjustment => Some(0),
        PayCodeKind::Overtime => Some(1),
        PayCodeKind::Premium | PayCodeKind::Absence => None,
    })
}

/// Returns the first names and the last name: the part after the last space.
fn names(full_name: &str) -> (&str, &str) {
    full_name.rsplit_once(' ').unwrap_or(("", full_name))
}

/// Whether a personnel number is an employee id of Gusto: six letters and digits.
fn is_employee_id(number: &str) -> bool {
    number.len() == 6 && number.bytes().all(|b| b.is_ascii_alphanumeric())
}

fn sheet(text: String, left_out: usize) -> PayrollFile {
    PayrollFile { bytes: text.into_bytes(), content_type: "text/csv; charset=utf-8", ending: "csv", left_out }
}
