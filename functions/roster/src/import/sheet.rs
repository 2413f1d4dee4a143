//! Parses a sheet: text cells become values, and each error has its row and column.
//!
//! There are two kinds of sheets: weekly patterns (`effective_from` and `weekday`) and single dates (`date`). A row
//! is a shift. A row without times is a day off.

use std::collections::BTreeMap;

use csv::{Position, StringRecord};
use domain::{
    FieldRule, Invalid,
    calendar::{TimeOfDay, Weekday, WorkDate},
    id::UserId,
    settings::{MinutesOfDay, ShiftTimes},
    text::Reason,
    username::Username,
};
use web::problem::FieldError;

/// The maximum number of rows in a sheet.
const MAX_ROWS: usize = 5000;
/// The maximum number of errors that are reported at once.
pub(super) const MAX_ERRORS: usize = 100;
/// The columns that a sheet may have.
const COLUMNS: [&str; 10] =
    ["username", "user_id", "effective_from", "weekday", "date", "start", "end", "break_minutes", "site", "reason"];

/// A sheet with valid values.
#[derive(Debug, PartialEq)]
pub(super) struct Sheet {
    pub(super) rows: Vec<Row>,
}

/// A row of a sheet.
#[derive(Debug, PartialEq)]
pub(super) struct Row {
    /// The number of the row, as spreadsheet programs count ([`RowCounter`]).
    pub(super) number: u32,
    pub(super) person: Named,
    pub(super) slot: Slot,
    /// The shift; `None` for a day off.
    pub(super) shift: Option<RowShift>,
    pub(super) reason: Option<Reason>,
}

/// The person of a row, by username or id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Named {
    Username(Username),
    Id(UserId),
}

/// The time to which a row applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Slot {
    /// Every such weekday from a date on.
    Weekly { effective_from: WorkDate, weekday: Weekday },
    /// A single date.
    Date(WorkDate),
}

/// The shift of a row.
#[derive(Debug, PartialEq)]
pub(super) struct RowShift {
    pub(super) times: ShiftTimes,
    /// The id or name of a site.
    pub(super) site: Option<String>,
}

/// Returns the error of a row and column.
pub(super) fn wrong(row: u32, column: &str, rule: impl Into<FieldRule>) -> FieldError {
    FieldError::new(format!("row {row}, column {column}"), rule)
}

impl Sheet {
    /// Parses a sheet. Returns all errors if any value is invalid.
    pub(super) fn parse(bytes: &[u8]) -> Result<Self, Vec<FieldError>> {
        let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
        let mut lines = bytes.split(|byte| matches!(byte, b'\r' | b'\n'));
        let first_line = lines.find(|line| !line.is_empty()).unwrap_or_default();
        // Spreadsheet programs write semicolons in locales with a decimal comma.
        let delimiter = if first_line.contains(&b';') && !first_line.contains(&b',') { b';' } else { b',' };
        let mut reader =
            csv::ReaderBuilder::new().delimiter(delimiter).trim(csv::Trim::All).flexible(true).from_reader(bytes);
        let unreadable = |row: u32| FieldError::new(format!("row {row}"), FieldRule::Utf8);
        let mut counter = RowCounter { bytes, last: 0 };
        let header = reader.headers();
        let header_row = counter.next(position(&header));
        let columns = Columns::of(header.map_err(|_| vec![unreadable(header_row)])?, header_row)?;
        let (mut rows, mut errors) = (Vec::new(), Vec::new());
        for record in reader.records() {
            let number = counter.next(position(&record.as_ref()));
            let Ok(record) = record else {
                errors.push(unreadable(number));
                break;
            };
            if record.iter().all(str::is_empty) {
                continue;
            }
            if rows.len() == MAX_ROWS {
                errors.push(FieldError::new(format!("row {number}"), FieldRule::RowsAtMost { max: MAX_ROWS as u64 }));
                break;
            }
            match columns.row(number, &record) {
                Ok(row) => rows.push(row),
                Err(of_row) => errors.extend(of_row),
            }
            if errors.len() >= MAX_ERRORS {
                break;
            }
        }
        errors.truncate(MAX_ERRORS);
        if !errors.is_empty() {
            Err(errors)
        } else if rows.is_empty() {
            let path = format!("row {}", header_row + 1);
            Err(vec![FieldError::new(path, FieldRule::NoRows)])
        } else {
            Ok(Self { rows })
        }
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

/// Returns the position of the reader before it read a record or failed.
fn position<'a>(read: &'a Result<&StringRecord, impl std::borrow::Borrow<csv::Error>>) -> Option<&'a Position> {
    match read {
        Ok(record) => record.position(),
        Err(error) => error.borrow().position(),
    }
}

/// The position of each column.
struct Columns {
    places: BTreeMap<&'static str, usize>,
    kind: Kind,
}

/// The kind of a sheet's rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Patterns,
    Dates,
}

impl Columns {
    fn of(header: &StringRecord, row: u32) -> Result<Self, Vec<FieldError>> {
        let (mut places, mut errors) = (BTreeMap::new(), Vec::new());
        for (place, name) in header.iter().enumerate() {
            let name = name.to_lowercase();
            match COLUMNS.into_iter().find(|column| *column == name) {
                Some(column) if places.contains_key(column) => errors.push(wrong(row, column, FieldRule::GivenTwice)),
                Some(column) => {
                    places.insert(column, place);
                }
                None => {
                    let shown: String = name.chars().take(50).collect();
                    errors.push(wrong(row, &shown, FieldRule::OneOf { allowed: COLUMNS.into_iter().collect() }));
                }
            }
        }
        let has = |column| places.contains_key(column);
        let kind = if has("date") { Kind::Dates } else { Kind::Patterns };
        let (needed, others): (&[&'static str], &[&'static str]) = match kind {
            Kind::Patterns => (&["effective_from", "weekday", "start", "end"], &["reason"]),
            Kind::Dates => (&["date", "start", "end"], &["effective_from", "weekday"]),
        };
        errors
            .extend(needed.iter().filter(|column| !has(column)).map(|column| wrong(row, column, FieldRule::Required)));
        let not_here = others.iter().filter(|column| has(column));
        errors.extend(not_here.map(|column| wrong(row, column, FieldRule::NotInThisSheet)));
        match (has("username"), has("user_id")) {
            (false, false) => {
                errors.push(wrong(row, "username", FieldRule::RequiredUnless { other: "user_id".to_owned() }));
            }
            (true, true) => errors.push(wrong(row, "user_id", FieldRule::NotWith { other: "username".to_owned() })),
            (true, false) | (false, true) => {}
        }
        if errors.is_empty() { Ok(Self { places, kind }) } else { Err(errors) }
    }

    fn row(&self, number: u32, record: &StringRecord) -> Result<Row, Vec<FieldError>> {
        let cells = Cells { number, record, columns: self, errors: std::cell::RefCell::default() };
        let person = if self.places.contains_key("username") {
            cells.value("username", Username::parse).map(Named::Username)
        } else {
            cells.value("user_id", str::parse).map(Named::Id)
        };
        let slot = match self.kind {
            Kind::Dates => cells.value("date", str::parse).map(Slot::Date),
            Kind::Patterns => {
                let (from, weekday) = (cells.value("effective_from", str::parse), cells.value("weekday", weekday));
                from.zip(weekday).map(|(effective_from, weekday)| Slot::Weekly { effective_from, weekday })
            }
        };
        let shift = cells.shift();
        let reason = cells.text("reason").and_then(|_| cells.value("reason", Reason::parse));
        let errors = cells.errors.into_inner();
        match (person, slot) {
            (Some(person), Some(slot)) if errors.is_empty() => Ok(Row { number, person, slot, shift, reason }),
            (_, _) => Err(errors),
        }
    }
}

/// The cells of a row, and their errors.
struct Cells<'a> {
    number: u32,
    record: &'a StringRecord,
    columns: &'a Columns,
    errors: std::cell::RefCell<Vec<FieldError>>,
}

impl Cells<'_> {
    /// Returns the text of a column; `None` if it is empty.
    fn text(&self, column: &'static str) -> Option<&str> {
        let place = *self.columns.places.get(column)?;
        self.record.get(place).filter(|text| !text.is_empty())
    }

    fn value<T>(&self, column: &'static str, parse: impl Fn(&str) -> Result<T, Invalid>) -> Option<T> {
        let value = self.text(column).ok_or_else(|| Invalid::new(FieldRule::Required)).and_then(parse);
        value.map_err(|error| self.wrong(column, error)).ok()
    }

    fn wrong(&self, column: &str, rule: impl Into<FieldRule>) {
        self.errors.borrow_mut().push(wrong(self.number, column, rule));
    }

    fn shift(&self) -> Option<RowShift> {
        if self.text("start").is_none() && self.text("end").is_none() {
            for column in ["break_minutes", "site"].into_iter().filter(|column| self.text(column).is_some()) {
                self.wrong(column, FieldRule::EmptyOnDayOff);
            }
            return None;
        }
        let time = |column| self.value(column, str::parse::<TimeOfDay>);
        let (start, end) = (time("start"), time("end"));
        let minutes = |text: &str| {
            let number =
                text.parse::<i64>().map_err(|_| Invalid::new(FieldRule::WholeNumberBetween { min: 0, max: 1440 }))?;
            MinutesOfDay::try_from(number)
        };
        let no_break = MinutesOfDay::constant::<0>();
        let pause = self.text("break_minutes").map_or(Some(no_break), |_| self.value("break_minutes", minutes));
        let times = ShiftTimes::new(start?, end?, pause?);
        let times = times.map_err(|error| self.wrong("break_minutes", error)).ok()?;
        Some(RowShift { times, site: self.text("site").map(str::to_owned) })
    }
}

/// Parses a weekday from its English name or the first three letters of the name.
fn weekday(text: &str) -> Result<Weekday, Invalid> {
    let text = text.to_lowercase();
    let named = |weekday: &Weekday| {
        let name = format!("{weekday:?}").to_lowercase();
        name == text || (text.len() == 3 && name.starts_with(&text))
    };
    Weekday::ALL.into_iter().find(named).ok_or_else(|| Invalid::new(FieldRule::WeekdayNames))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn errors(sheet: &str) -> Vec<String> {
        let errors = Sheet::parse(sheet.as_bytes()).unwrap_err();
        errors.into_iter().map(|error| error.path).collect()
    }

    #[test]
    fn a_row_is_a_shift_or_a_day_off() {
        let sheet = "\u{feff}Username;date;start;end;break_minutes;site\r\nMaria;2026-11-02;22:00;06:00;30;Berlin\r\n\r\nmaria;2026-11-03;;;;\r\n";
        let rows = Sheet::parse(sheet.as_bytes()).unwrap().rows;
        assert_eq!(rows.len(), 2);
        assert_eq!(rows[0].person, Named::Username(Username::parse("maria").unwrap()));
        let shift = rows[0].shift.as_ref().unwrap();
        assert_eq!((shift.times.nominal_minutes(), shift.site.as_deref()), (480, Some("Berlin")));
        assert_eq!((rows[1].number, &rows[1].shift), (4, &None), "the blank line is row 3");
        let weekly = "user_id,effective_from,weekday,start,end\n01JBN2V7Q4W0M3T9K5ZXH8R6CD,2026-11-02,Mon,9:00,17:00\n";
        assert_eq!(errors(weekly), ["row 2, column start"]);
    }

    #[test]
    fn every_error_is_told_by_its_row_and_column() {
        let sheet = "username,effective_from,weekday,start,end,break_minutes\n\
            maria,2026-11-02,monday,09:00,17:00,30\n\
            m,2026-13-02,moonday,25:00,,x\n\
            john,2026-11-02,tuesday,,,15\n\
            john,2026-11-02,wednesday,09:00,10:00,60\n";
        let expected = [
            "row 3, column username",
            "row 3, column effective_from",
            "row 3, column weekday",
            "row 3, column start",
            "row 3, column end",
            "row 3, column break_minutes",
            "row 4, column break_minutes",
            "row 5, column break_minutes",
        ];
        assert_eq!(errors(sheet), expected);
    }

    /// Returns the numbers of the rows that are read from a sheet of dates, and of the first invalid row.
    #[test]
    fn a_rows_number_is_that_of_a_spreadsheet() {
        let header = "username,date,start,end,reason";
        let row = "maria,2026-11-02,,,";
        let numbers = |sheet: String| match Sheet::parse(sheet.as_bytes()) {
            Ok(sheet) => sheet.rows.iter().map(|row| row.number).collect::<Vec<_>>(),
            Err(errors) => panic!("{errors:?}"),
        };
        for end in ["\n", "\r\n", "\r"] {
            let lines = |lines: &[&str]| lines.join(end);
            assert_eq!(numbers(lines(&[header, row, row])), [2, 3], "{end:?}");
            assert_eq!(numbers(lines(&[header, row, "", row, "", "", row, ""])), [2, 4, 7], "{end:?}");
            assert_eq!(numbers(lines(&["", "", header, "", row])), [5], "{end:?}");
            assert_eq!(numbers(lines(&[header, ",,,,", row, "  ,,,,", row])), [3, 5], "{end:?}");
            let two_lines = format!("{row}\"One line{end}{end}and a third\"");
            assert_eq!(numbers(lines(&[header, &two_lines, row, "", row])), [2, 3, 5], "{end:?}");
            let wrong = lines(&[header, row, "", &two_lines, "", "maria,2026-13-02,,,"]);
            assert_eq!(errors(&wrong), ["row 6, column date"], "{end:?}");
            assert_eq!(errors(&lines(&["", header, ""])), ["row 3"], "{end:?}");
            assert_eq!(errors(&lines(&["", "username,date,start"])), ["row 2, column end"], "{end:?}");
            let latin = [lines(&[header, row, "", ""]).as_bytes(), b"mar\xeda,2026-11-02,,,"].concat();
            assert_eq!(Sheet::parse(&latin).unwrap_err()[0].path, "row 4", "{end:?}");
        }
    }

    #[test]
    fn a_header_says_what_the_sheet_is_about() {
        assert_eq!(errors("name,date,start,end\n"), ["row 1, column name", "row 1, column username"]);
        assert_eq!(errors("username,date,weekday,start,end\nx,y,z,,\n"), ["row 1, column weekday"]);
        assert_eq!(errors("username,user_id,date,start,end\n"), ["row 1, column user_id"]);
        assert_eq!(errors("username,weekday,start\n"), ["row 1, column effective_from", "row 1, column end"]);
        assert_eq!(errors("username,date,start,end,end\n"), ["row 1, column end"]);
        assert_eq!(errors("username,date,start,end\n"), ["row 2"]);
        assert_eq!(
            errors(""),
            [
                "row 1, column effective_from",
                "row 1, column weekday",
                "row 1, column start",
                "row 1, column end",
                "row 1, column username"
            ]
        );
        let latin = Sheet::parse(b"username,date,start,end\nmar\xeda,2026-11-02,,\n").unwrap_err();
        assert_eq!(latin[0].path, "row 2");
    }
}
