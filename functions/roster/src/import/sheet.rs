//! Parses a sheet: text cells become values, and each error has its row and column.
//!
//! There are two kinds of sheets: weekly patterns (`effective_from` and `weekday`) and single dates (`date`). A row
//! is a shift. A row without times is a day off.

use app::roster::imports::{Named, RosterSheet, Row, RowShift, Slot};
use domain::{
    FieldFault, FieldRule, Invalid,
    calendar::Weekday,
    settings::{MinutesOfDay, ShiftTimes},
    text::Reason,
    username::Username,
};
use sheets::{Cells, Columns, MAX_ERRORS, Sheet, date, time_of_day};

/// The maximum number of rows in a sheet.
const MAX_ROWS: usize = 5000;
/// The columns that a sheet may have.
const COLUMNS: [&str; 10] =
    ["username", "user_id", "effective_from", "weekday", "date", "start", "end", "break_minutes", "site", "reason"];

/// Parses a sheet. Returns all errors if any value is invalid.
pub(super) fn parse(bytes: &[u8]) -> Result<RosterSheet, Vec<FieldFault>> {
    let sheet = Sheet::read(bytes, MAX_ROWS).map_err(|error| vec![error])?;
    let (columns, kind) = columns_of(&sheet)?;
    let (mut rows, mut errors) = (Vec::new(), Vec::new());
    for line in &sheet.lines {
        match row(Cells::new(line, &columns), &columns, kind) {
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
        Err(vec![columns.without_rows()])
    } else {
        Ok(RosterSheet { rows })
    }
}

/// The kind of a sheet's rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Patterns,
    Dates,
}

/// Finds the columns of a sheet, and what kind of rows it has.
fn columns_of(sheet: &Sheet) -> Result<(Columns, Kind), Vec<FieldFault>> {
    let (columns, mut errors) = Columns::of(sheet, &COLUMNS);
    let kind = if columns.has("date") { Kind::Dates } else { Kind::Patterns };
    let (needed, others): (&[&'static str], &[&'static str]) = match kind {
        Kind::Patterns => (&["effective_from", "weekday", "start", "end"], &["reason"]),
        Kind::Dates => (&["date", "start", "end"], &["effective_from", "weekday"]),
    };
    errors.extend(columns.missing(needed));
    let not_here = others.iter().filter(|column| columns.has(column));
    errors.extend(not_here.map(|column| columns.wrong(column, FieldRule::NotInThisSheet)));
    match (columns.has("username"), columns.has("user_id")) {
        (false, false) => {
            errors.push(columns.wrong("username", FieldRule::RequiredUnless { other: "user_id".to_owned() }));
        }
        (true, true) => errors.push(columns.wrong("user_id", FieldRule::NotWith { other: "username".to_owned() })),
        (true, false) | (false, true) => {}
    }
    if errors.is_empty() { Ok((columns, kind)) } else { Err(errors) }
}

fn row(cells: Cells<'_>, columns: &Columns, kind: Kind) -> Result<Row, Vec<FieldFault>> {
    let person = if columns.has("username") {
        cells.value("username", Username::parse).map(Named::Username)
    } else {
        cells.value("user_id", str::parse).map(Named::Id)
    };
    let slot = match kind {
        Kind::Dates => cells.value("date", date).map(Slot::Date),
        Kind::Patterns => {
            let (from, weekday) = (cells.value("effective_from", date), cells.value("weekday", weekday));
            from.zip(weekday).map(|(effective_from, weekday)| Slot::Weekly { effective_from, weekday })
        }
    };
    let shift = shift(&cells);
    let reason = cells.optional("reason", Reason::parse);
    let number = cells.number();
    let errors = cells.into_errors();
    match (person, slot) {
        (Some(person), Some(slot)) if errors.is_empty() => Ok(Row { number, person, slot, shift, reason }),
        (_, _) => Err(errors),
    }
}

/// Returns the shift of a row; `None` for a day off, or with an error.
fn shift(cells: &Cells<'_>) -> Option<RowShift> {
    if cells.text("start").is_none() && cells.text("end").is_none() {
        for column in ["break_minutes", "site"].into_iter().filter(|column| cells.text(column).is_some()) {
            cells.wrong(column, FieldRule::EmptyOnDayOff);
        }
        return None;
    }
    let (start, end) = (cells.value("start", time_of_day), cells.value("end", time_of_day));
    let minutes = |text: &str| {
        let number =
            text.parse::<i64>().map_err(|_| Invalid::new(FieldRule::WholeNumberBetween { min: 0, max: 1440 }))?;
        MinutesOfDay::try_from(number)
    };
    let no_break = MinutesOfDay::constant::<0>();
    let pause = cells.text("break_minutes").map_or(Some(no_break), |_| cells.value("break_minutes", minutes));
    let times = ShiftTimes::new(start?, end?, pause?);
    let times = times.map_err(|error| cells.wrong("break_minutes", error)).ok()?;
    Some(RowShift { times, site: cells.text("site").map(str::to_owned) })
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
        let errors = parse(sheet.as_bytes()).unwrap_err();
        errors.into_iter().map(|error| error.field.into_owned()).collect()
    }

    #[test]
    fn a_row_is_a_shift_or_a_day_off() {
        let sheet = "\u{feff}Username;date;start;end;break_minutes;site\r\nMaria;2026-11-02;22:00;06:00;30;Berlin\r\n\r\nmaria;2026-11-03;;;;\r\n";
        let rows = parse(sheet.as_bytes()).unwrap().rows;
        assert_eq!(rows.len(), 2);
        assert_eq!(rows[0].person, Named::Username(Username::parse("maria").unwrap()));
        let shift = rows[0].shift.as_ref().unwrap();
        assert_eq!((shift.times.nominal_minutes(), shift.site.as_deref()), (480, Some("Berlin")));
        assert_eq!((rows[1].number, &rows[1].shift), (4, &None), "the blank line is row 3");
        let weekly = "user_id,effective_from,weekday,start,end\n01JBN2V7Q4W0M3T9K5ZXH8R6CD,2.11.2026,Mon,9:00,5pm\n";
        assert_eq!(errors(weekly), ["row 2, column end"]);
    }

    #[test]
    fn every_error_has_its_row_and_column() {
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
        let western = b"username,date,start,end,reason\nmaria,2026-11-02,,,Stra\xdfenfest\n";
        let row = &parse(western).unwrap().rows[0];
        assert_eq!(row.reason, Some(Reason::parse("Straßenfest").unwrap()));
    }
}
