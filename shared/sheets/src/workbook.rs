//! Workbooks (XLSX). Cells are read one by one, and the unpacked size is limited before: a small file can unpack to gigabytes.

use std::{
    collections::BTreeMap,
    io::{self, Cursor, Read},
};

use calamine::{DataRef, ExcelDateTime, Reader, Xlsx, XlsxError};
use domain::{FieldFault, FieldRule};
use zip::ZipArchive;

use crate::{Line, of_row};

/// The first bytes of a ZIP archive, which a workbook is.
const MAGIC: &[u8] = b"PK\x03\x04";

/// The maximum size of a workbook's unpacked files together, in bytes.
const MAX_UNPACKED: u64 = 32 * 1024 * 1024;

/// The maximum number of columns. Cells further right count as one column after the last one, so that they aren't ignored.
const MAX_COLUMNS: u32 = 200;

/// Whether the file is a workbook rather than a text.
pub(crate) fn is_workbook(bytes: &[u8]) -> bool {
    bytes.starts_with(MAGIC)
}

/// Reads the rows of the first sheet that aren't blank: at most the header and one more than `max_rows`.
pub(crate) fn read(bytes: &[u8], max_rows: usize) -> Result<Vec<Line>, FieldFault> {
    let unreadable = || of_row(1, FieldRule::Spreadsheet);
    if !unpacks_within_limit(bytes) {
        return Err(unreadable());
    }
    rows(bytes, max_rows).map_err(|_| unreadable())
}

fn rows(bytes: &[u8], max_rows: usize) -> Result<Vec<Line>, XlsxError> {
    let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(bytes))?;
    let Some(name) = workbook.sheet_names().into_iter().next() else { return Ok(Vec::new()) };
    let mut cells = workbook.worksheet_cells_reader(&name)?;
    let mut rows: BTreeMap<u32, Vec<String>> = BTreeMap::new();
    while let Some(cell) = cells.next_cell()? {
        let (row, column) = cell.get_position();
        let text = text(cell.get_value());
        if text.is_empty() {
            continue;
        }
        if !rows.contains_key(&row) && rows.len() > max_rows + 1 {
            break;
        }
        let row = rows.entry(row).or_default();
        let place = usize::try_from(column.min(MAX_COLUMNS)).unwrap_or_default();
        if row.len() <= place {
            row.resize(place + 1, String::new());
        }
        if let Some(cell) = row.get_mut(place) {
            *cell = text;
        }
    }
    Ok(rows.into_iter().map(|(row, cells)| Line { number: row.saturating_add(1), cells }).collect())
}

/// Whether the archive can be unpacked, and all its files together stay below the limit.
fn unpacks_within_limit(bytes: &[u8]) -> bool {
    let unpacked = || -> Option<u64> {
        let mut archive = ZipArchive::new(Cursor::new(bytes)).ok()?;
        let mut total = 0;
        for index in 0..archive.len() {
            let file = archive.by_index(index).ok()?;
            total += io::copy(&mut file.take(MAX_UNPACKED + 1), &mut io::sink()).ok()?;
            if MAX_UNPACKED < total {
                return None;
            }
        }
        Some(total)
    };
    unpacked().is_some()
}

/// Returns a cell as a text. Dates and times are in the form that the columns expect.
fn text(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => float(*number),
        DataRef::String(text) => text.trim().to_owned(),
        DataRef::SharedString(text) => text.trim().to_owned(),
        DataRef::Bool(value) => value.to_string(),
        DataRef::DateTime(at) => instant(at),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::Error(error) => error.to_string(),
        DataRef::Empty => String::new(),
    }
}

/// Returns a number without the decimal point that spreadsheet programs add to whole numbers.
fn float(number: f64) -> String {
    if number.fract() == 0.0 && number.abs() < 1e15 { format!("{number:.0}") } else { number.to_string() }
}

/// Returns a date, a time of day, or both.
fn instant(at: &ExcelDateTime) -> String {
    let (year, month, day, hour, minute, second, _) = at.to_ymd_hms_milli();
    let time = format!("{hour:02}:{minute:02}");
    if at.is_duration() || at.as_f64() < 1.0 {
        time
    } else if (hour, minute, second) == (0, 0, 0) {
        format!("{year:04}-{month:02}-{day:02}")
    } else {
        format!("{year:04}-{month:02}-{day:02}T{time}:{second:02}")
    }
}

#[cfg(test)]
mod tests {
    use rust_xlsxwriter::{ExcelDateTime as Date, Format, Workbook};

    use super::*;

    fn workbook() -> Vec<u8> {
        let mut workbook = Workbook::new();
        let sheet = workbook.add_worksheet();
        for (column, name) in ["name", "number", "half", "date", "time"].into_iter().enumerate() {
            sheet.write(1, u16::try_from(column).unwrap(), name).unwrap();
        }
        sheet.write(3, 0, " Zoë ").unwrap();
        sheet.write(3, 1, 417).unwrap();
        sheet.write(3, 2, 7.5).unwrap();
        let (date, time) = (Date::from_ymd(2026, 11, 2).unwrap(), Date::from_hms(8, 30, 0.0).unwrap());
        sheet.write_with_format(3, 3, &date, &Format::new().set_num_format("dd.mm.yyyy")).unwrap();
        sheet.write_with_format(3, 4, &time, &Format::new().set_num_format("hh:mm")).unwrap();
        workbook.save_to_buffer().unwrap()
    }

    #[test]
    fn a_workbook_is_read_with_its_dates_times_and_row_numbers() {
        let bytes = workbook();
        assert!(is_workbook(&bytes));
        let lines = read(&bytes, 10).unwrap();
        assert_eq!(lines.iter().map(|line| line.number).collect::<Vec<_>>(), [2, 4]);
        assert_eq!(lines[1].cells, ["Zoë", "417", "7.5", "2026-11-02", "08:30"]);
    }

    #[test]
    fn a_cell_far_to_the_right_is_kept() {
        let mut workbook = Workbook::new();
        let sheet = workbook.add_worksheet();
        sheet.write(0, 0, "name").unwrap();
        sheet.write(1, 5000, "surplus").unwrap();
        let lines = read(&workbook.save_to_buffer().unwrap(), 10).unwrap();
        assert_eq!(lines[1].cells.len(), 201);
        assert_eq!(lines[1].cell(200), Some("surplus"));
    }

    #[test]
    fn what_is_no_workbook_is_refused() {
        let whole = workbook();
        for broken in [&b"PK\x03\x04"[..], &whole[..whole.len() / 2]] {
            assert_eq!(read(broken, 10).unwrap_err().rule, FieldRule::Spreadsheet);
        }
    }
}
