//! CSV files. Spreadsheet programs write UTF-8 with and without a byte order mark, UTF-16 ("Unicode text") and the code page of
//! Western Windows, and separate cells by commas, semicolons or tabs.

use csv::Position;
use domain::{FieldFault, FieldRule};
use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};

use crate::{Line, of_row};

/// Reads the rows that aren't blank: at most the header and one more than `max_rows`.
pub(crate) fn read(bytes: &[u8], max_rows: usize) -> Result<Vec<Line>, FieldFault> {
    let text = decoded(bytes);
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter(&text))
        .has_headers(false)
        .trim(csv::Trim::All)
        .flexible(true)
        .from_reader(text.as_bytes());
    let mut counter = RowCounter { bytes: text.as_bytes(), last: 0 };
    let mut lines = Vec::new();
    for record in reader.records() {
        let position = match &record {
            Ok(record) => record.position(),
            Err(error) => error.position(),
        };
        let number = counter.next(position);
        let record = record.map_err(|_| of_row(number, FieldRule::Spreadsheet))?;
        let line = Line { number, cells: record.iter().map(str::to_owned).collect() };
        if !line.is_blank() || lines.is_empty() {
            lines.push(line);
        }
        if lines.len() > max_rows + 1 {
            break;
        }
    }
    Ok(lines)
}

/// Returns the text of a file: by its byte order mark, else as UTF-8, else in the code page of Western Windows.
fn decoded(bytes: &[u8]) -> String {
    let (encoding, length) = Encoding::for_bom(bytes).unwrap_or((UTF_8, 0));
    let bytes = bytes.get(length..).unwrap_or_default();
    let text = match encoding.decode_without_bom_handling_and_without_replacement(bytes) {
        Some(text) => text,
        None => WINDOWS_1252.decode_without_bom_handling(bytes).0,
    };
    text.into_owned()
}

/// Returns the separator by the first line: spreadsheet programs write semicolons in locales with a decimal comma, and tabs in
/// UTF-16.
fn delimiter(text: &str) -> u8 {
    let first = text.split(['\r', '\n']).find(|line| !line.trim().is_empty()).unwrap_or_default();
    let has = |separator: char| first.contains(separator);
    match (has(','), has(';'), has('\t')) {
        (true, _, _) | (false, false, false) => b',',
        (false, true, _) => b';',
        (false, false, true) => b'\t',
    }
}

/// Counts the rows of a file as spreadsheet programs show them. The first row is 1, a blank line counts as a row, and
/// a line break within quotes doesn't begin a new row.
struct RowCounter<'a> {
    bytes: &'a [u8],
    last: u32,
}

impl RowCounter<'_> {
    /// Returns the row of the next record. The CSV reader skips blank lines, so the position before a record can be
    /// that of the first blank line.
    fn next(&mut self, position: Option<&Position>) -> u32 {
        let start = position.and_then(|position| usize::try_from(position.byte()).ok()).unwrap_or_default();
        let (read, ahead) = self.bytes.split_at_checked(start).unwrap_or_default();
        let mut before = read.last().copied();
        for byte in ahead.iter().copied().take_while(|byte| matches!(byte, b'\r' | b'\n')) {
            // The LF of a CRLF isn't another line break.
            self.last += u32::from((before, byte) != (Some(b'\r'), b'\n'));
            before = Some(byte);
        }
        self.last += 1;
        self.last
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(bytes: &[u8]) -> Vec<Vec<String>> {
        read(bytes, 10).unwrap().into_iter().map(|line| line.cells).collect()
    }

    #[test]
    fn the_encodings_and_separators_of_spreadsheet_programs_are_read() {
        let expected = [["name", "note"], ["Zoë Müller", "Two\nlines; one cell"]];
        let utf8 = "name;note\r\nZoë Müller;\"Two\nlines; one cell\"\r\n";
        let utf16 = |order: fn(u16) -> [u8; 2]| {
            let text = format!("\u{feff}{}", utf8.replace("name;note", "name\tnote").replace("Müller;", "Müller\t"));
            text.encode_utf16().flat_map(order).collect::<Vec<u8>>()
        };
        let western: Vec<u8> = utf8.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
        for bytes in [
            utf8.as_bytes().to_vec(),
            format!("\u{feff}{utf8}").into_bytes(),
            utf16(u16::to_le_bytes),
            utf16(u16::to_be_bytes),
            western,
        ] {
            assert_eq!(cells(&bytes), expected);
        }
        assert_eq!(cells(b"price\n\x80 5"), [["price"], ["€ 5"]]);
    }

    #[test]
    fn a_rows_number_is_that_of_a_spreadsheet() {
        let numbers =
            |text: String| read(text.as_bytes(), 10).unwrap().into_iter().map(|line| line.number).collect::<Vec<_>>();
        for end in ["\n", "\r\n", "\r"] {
            let lines = |lines: &[&str]| lines.join(end);
            assert_eq!(numbers(lines(&["a,b", "1,2", "", "3,4", "", "", "5,6", ""])), [1, 2, 4, 7], "{end:?}");
            assert_eq!(numbers(lines(&["", "", "a,b", "", "1,2"])), [3, 5], "{end:?}");
            assert_eq!(numbers(lines(&["a,b", ",", "1,2", "  ,", "3,4"])), [1, 3, 5], "{end:?}");
            let two_lines = format!("1,\"One line{end}{end}and a third\"");
            assert_eq!(numbers(lines(&["a,b", "1,2", &two_lines, "3,4", "", "5,6"])), [1, 2, 3, 4, 6], "{end:?}");
        }
    }
}
