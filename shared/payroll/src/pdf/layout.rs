//! Places the text and lines of a timesheet on pages. Positions are in points from the top left corner.

use domain::{language::Language, pay::PayCode};
use texts::{DocumentWord as Word, document, short_weekday};

use super::{
    SignedStep, TimesheetDay, TimesheetDocument,
    typeface::{Typefaces, Weight},
};
use crate::{
    Hundredths,
    file::{clock, date_text},
    hours,
    template::DateForm,
};

/// The size of an A4 page.
pub(super) const PAGE: (f32, f32) = (595.28, 841.89);
/// The margin on the left and on the right.
const MARGIN: f32 = 42.0;
/// The position of the first line.
const TOP: f32 = 46.0;
/// The position that content must not reach, above the page number.
const BOTTOM: f32 = PAGE.1 - 54.0;
/// The sizes of text.
const TITLE: f32 = 17.0;
const HEADING: f32 = 10.5;
const TEXT: f32 = 8.5;
const SMALL: f32 = 7.0;
/// The height of a line of text in a table.
const LINE: f32 = 11.5;
/// The space above and below the text of a row.
const PADDING: f32 = 2.6;

/// A shade of gray, from 0 (black) to 255 (white).
pub(super) type Shade = u8;
const BLACK: Shade = 20;
const GRAY: Shade = 105;
const RULE: Shade = 200;
const STRIPE: Shade = 246;
const HEAD: Shade = 232;

/// A mark on a page.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Mark {
    /// A text that begins at `x` with its baseline at `y`.
    Text { x: f32, y: f32, size: f32, weight: Weight, shade: Shade, text: String },
    /// A filled rectangle.
    Box { x: f32, y: f32, width: f32, height: f32, shade: Shade },
}

/// The marks of a page, in drawing order.
pub(super) type Page = Vec<Mark>;

/// The side to which the text of a column is aligned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Align {
    Left,
    Right,
}

/// A column of a table.
struct Column {
    heading: Word,
    width: f32,
    align: Align,
}

/// The pages that are being filled.
struct Layout<'a> {
    typefaces: &'a Typefaces,
    language: Language,
    pages: Vec<Page>,
    y: f32,
}

/// Returns the pages of a timesheet.
pub(super) fn pages(timesheet: &TimesheetDocument, typefaces: &Typefaces) -> Vec<Page> {
    let mut layout = Layout { typefaces, language: timesheet.language, pages: vec![Page::new()], y: TOP };
    layout.head(timesheet);
    layout.days(timesheet);
    layout.codes(timesheet);
    layout.account(timesheet);
    layout.signatures(timesheet);
    layout.footers(timesheet);
    layout.pages
}

impl Layout<'_> {
    fn word(&self, word: Word) -> String {
        document(word, self.language)
    }

    fn mark(&mut self, mark: Mark) {
        if let Some(page) = self.pages.last_mut() {
            page.push(mark);
        }
    }

    fn text(&mut self, x: f32, y: f32, size: f32, weight: Weight, shade: Shade, text: String) {
        if !text.is_empty() {
            self.mark(Mark::Text { x, y, size, weight, shade, text });
        }
    }

    fn rule(&mut self, y: f32, shade: Shade) {
        self.mark(Mark::Box { x: MARGIN, y, width: PAGE.0 - 2.0 * MARGIN, height: 0.6, shade });
    }

    fn width(&self, text: &str, size: f32, weight: Weight) -> f32 {
        self.typefaces.of(weight).width(text, size)
    }

    /// Begins a page if less than `height` is left. Returns whether it did.
    fn make_room(&mut self, height: f32) -> bool {
        let is_full = self.y + height > BOTTOM;
        if is_full {
            self.pages.push(Page::new());
            self.y = TOP;
        }
        is_full
    }

    /// The title, the period, and the person.
    fn head(&mut self, timesheet: &TimesheetDocument) {
        let period = date_range(timesheet, self.language);
        let right = PAGE.0 - MARGIN - self.width(&period, HEADING, Weight::Bold);
        self.text(MARGIN, self.y + 12.0, TITLE, Weight::Bold, BLACK, self.word(Word::Title));
        self.text(right, self.y + 12.0, HEADING, Weight::Bold, BLACK, period);
        self.y += 26.0;
        self.rule(self.y, BLACK);
        self.y += 14.0;
        let fields = [
            (Word::Person, Some(timesheet.full_name.clone())),
            (Word::PersonnelNumber, timesheet.personnel_number.clone()),
            (Word::Department, timesheet.department.clone()),
            (Word::CostCenter, timesheet.cost_center.clone()),
        ];
        let half = (PAGE.0 - 2.0 * MARGIN) / 2.0;
        let shown: Vec<(Word, String)> = fields.into_iter().filter_map(|(word, value)| Some((word, value?))).collect();
        for pair in shown.chunks(2) {
            let mut x = MARGIN;
            for (word, value) in pair {
                let value = self.shortened(value, half - 96.0, TEXT, Weight::Bold);
                self.text(x, self.y, TEXT, Weight::Regular, GRAY, self.word(*word));
                self.text(x + 90.0, self.y, TEXT, Weight::Bold, BLACK, value);
                x += half;
            }
            self.y += LINE + 1.5;
        }
        self.y += 6.0;
    }

    fn days(&mut self, timesheet: &TimesheetDocument) {
        let column = |heading, width, align| Column { heading, width, align };
        let mut columns = vec![
            column(Word::Date, 74.0, Align::Left),
            column(Word::Punches, 150.0, Align::Left),
            column(Word::Breaks, 44.0, Align::Right),
            column(Word::Absence, 111.0, Align::Left),
            column(Word::Target, 42.0, Align::Right),
            column(Word::Worked, 48.0, Align::Right),
        ];
        if timesheet.account.is_some() {
            columns.push(column(Word::Difference, 42.0, Align::Right));
        }
        // What the account doesn't need belongs to the absence.
        let used: f32 = columns.iter().map(|column| column.width).sum();
        if let Some(absence) = columns.get_mut(3) {
            absence.width += PAGE.0 - 2.0 * MARGIN - used;
        }
        self.table_head(&columns);
        for (place, day) in timesheet.days.iter().enumerate() {
            let cells = self.day_cells(day, &columns);
            self.row(&columns, &cells, Weight::Regular, place % 2 == 1);
        }
        let sum = |of: fn(&TimesheetDay) -> i64| clock(timesheet.days.iter().map(of).sum());
        let mut totals = vec![
            vec![self.word(Word::Total)],
            vec![],
            vec![sum(|day| day.break_seconds)],
            vec![],
            vec![sum(|day| day.scheduled_seconds)],
            vec![sum(|day| day.worked_seconds)],
        ];
        if timesheet.account.is_some() {
            totals.push(vec![signed(timesheet.days.iter().filter_map(|day| day.account_seconds).sum())]);
        }
        self.rule(self.y, BLACK);
        self.row(&columns, &totals, Weight::Bold, false);
        self.y += 14.0;
    }

    /// Returns the lines of each cell of a day.
    fn day_cells(&self, day: &TimesheetDay, columns: &[Column]) -> Vec<Vec<String>> {
        let time = |at: jiff::Timestamp| {
            let local = day.zone.at(at);
            format!("{:02}:{:02}", local.hour(), local.minute())
        };
        let sessions: Vec<String> = day
            .sessions
            .iter()
            .map(|(begin, end)| format!("{}–{}", time(*begin), end.map_or_else(|| "…".to_owned(), time)))
            .collect();
        let width = |place: usize| columns.get(place).map_or(0.0, |column| column.width - 8.0);
        let amount = |seconds: i64| if seconds == 0 { vec![] } else { vec![clock(seconds)] };
        let weekday = short_weekday(day.date.weekday(), self.language);
        let mut cells = vec![
            vec![format!("{weekday} {}", date_text(day.date, date_form(self.language)))],
            self.wrapped(&sessions, ",", width(1)),
            amount(day.break_seconds),
            day.absence.as_deref().map(|text| self.wrapped_words(text, width(3))).unwrap_or_default(),
            amount(day.scheduled_seconds),
            amount(day.worked_seconds),
        ];
        if let Some(seconds) = day.account_seconds {
            cells.push(if seconds == 0 { vec![] } else { vec![signed(seconds)] });
        }
        cells
    }

    fn codes(&mut self, timesheet: &TimesheetDocument) {
        if timesheet.codes.is_empty() {
            return;
        }
        let column = |heading, width, align| Column { heading, width, align };
        let columns = [
            column(Word::Code, 291.0, Align::Left),
            column(Word::Hours, 70.0, Align::Right),
            column(Word::DecimalHours, 80.0, Align::Right),
            column(Word::Days, 70.0, Align::Right),
        ];
        self.heading(Word::Codes, 3.0 * (LINE + 2.0 * PADDING));
        self.table_head(&columns);
        let decimal = if self.language == Language::En { '.' } else { ',' };
        for (place, sum) in timesheet.codes.iter().enumerate() {
            let days = if sum.days == Hundredths::default() { vec![] } else { vec![sum.days.text(decimal)] };
            let name = self.shortened(&named(&sum.name, &sum.code), 280.0, TEXT, Weight::Regular);
            let cells = [vec![name], vec![clock(sum.seconds)], vec![hours(sum.seconds).text(decimal)], days];
            self.row(&columns, &cells, Weight::Regular, place % 2 == 1);
        }
        self.y += 14.0;
    }

    fn account(&mut self, timesheet: &TimesheetDocument) {
        let Some(account) = timesheet.account else { return };
        self.heading(Word::Account, 3.0 * LINE);
        let change = account.closing_seconds - account.opening_seconds;
        let lines = [
            (Word::Opening, signed(account.opening_seconds), Weight::Regular),
            (Word::Change, signed(change), Weight::Regular),
            (Word::Closing, signed(account.closing_seconds), Weight::Bold),
        ];
        for (word, value, weight) in lines {
            let right = MARGIN + 260.0 - self.width(&value, TEXT, weight);
            self.text(MARGIN + 4.0, self.y + 8.0, TEXT, weight, BLACK, self.word(word));
            self.text(right, self.y + 8.0, TEXT, weight, BLACK, value);
            self.y += LINE + 1.5;
        }
        self.y += 14.0;
    }

    fn signatures(&mut self, timesheet: &TimesheetDocument) {
        self.heading(Word::Signatures, 2.0 * LINE + 8.0);
        if timesheet.signatures.is_empty() {
            self.text(MARGIN + 4.0, self.y + 8.0, TEXT, Weight::Regular, GRAY, self.word(Word::Unsigned));
            self.y += LINE;
        }
        for signature in &timesheet.signatures {
            self.make_room(2.0 * LINE + 8.0);
            let word = self.word(match signature.step {
                SignedStep::Submitted => Word::Submitted,
                SignedStep::Approved => Word::Approved,
                SignedStep::Closed => Word::Closed,
            });
            let local = timesheet.zone.at(signature.at);
            let date = date_text(local.date().into(), date_form(self.language));
            let at = format!("{date} {:02}:{:02}", local.hour(), local.minute());
            let by = self.shortened(&signature.by, 250.0, TEXT, Weight::Bold);
            let right = PAGE.0 - MARGIN - 4.0 - self.width(&at, TEXT, Weight::Regular);
            self.text(MARGIN + 4.0, self.y + 8.0, TEXT, Weight::Regular, GRAY, word);
            self.text(MARGIN + 110.0, self.y + 8.0, TEXT, Weight::Bold, BLACK, by);
            self.text(right, self.y + 8.0, TEXT, Weight::Regular, BLACK, at);
            let hash = format!("{}: {}", self.word(Word::Hash), signature.hash);
            self.text(MARGIN + 110.0, self.y + 8.0 + LINE, SMALL, Weight::Regular, GRAY, hash);
            self.y += 2.0 * LINE + 6.0;
        }
    }

    /// Writes the person, the period and the page number at the bottom of each page.
    fn footers(&mut self, timesheet: &TimesheetDocument) {
        let pages = self.pages.len();
        let line = format!("{} · {}", timesheet.full_name, date_range(timesheet, self.language));
        let line = self.shortened(&line, 380.0, SMALL, Weight::Regular);
        let y = PAGE.1 - 30.0;
        for (index, page) in self.pages.iter_mut().enumerate() {
            let number = texts::page_number(index + 1, pages, self.language);
            let right = PAGE.0 - MARGIN - self.typefaces.of(Weight::Regular).width(&number, SMALL);
            page.push(Mark::Box { x: MARGIN, y: y - 10.0, width: PAGE.0 - 2.0 * MARGIN, height: 0.4, shade: RULE });
            for (x, text) in [(MARGIN, line.clone()), (right, number)] {
                page.push(Mark::Text { x, y, size: SMALL, weight: Weight::Regular, shade: GRAY, text });
            }
        }
    }

    /// Writes the heading of a part that needs at least `height` below it on the same page.
    fn heading(&mut self, word: Word, height: f32) {
        self.make_room(20.0 + height);
        self.text(MARGIN, self.y + 9.0, HEADING, Weight::Bold, BLACK, self.word(word));
        self.y += 18.0;
    }

    fn table_head(&mut self, columns: &[Column]) {
        let height = LINE + 2.0 * PADDING;
        self.mark(Mark::Box { x: MARGIN, y: self.y, width: PAGE.0 - 2.0 * MARGIN, height, shade: HEAD });
        let mut x = MARGIN;
        for column in columns {
            let text = self.shortened(&self.word(column.heading), column.width - 6.0, SMALL + 0.5, Weight::Bold);
            self.cell(x, self.y + PADDING, column, SMALL + 0.5, Weight::Bold, text);
            x += column.width;
        }
        self.y += height;
    }

    /// Writes a row. A row that doesn't fit goes to the next page, below the head of the table.
    fn row(&mut self, columns: &[Column], cells: &[Vec<String>], weight: Weight, is_striped: bool) {
        let lines = cells.iter().map(Vec::len).max().unwrap_or(0).max(1);
        let height = lines_height(lines) + 2.0 * PADDING;
        if self.make_room(height) {
            self.table_head(columns);
        }
        if is_striped {
            self.mark(Mark::Box { x: MARGIN, y: self.y, width: PAGE.0 - 2.0 * MARGIN, height, shade: STRIPE });
        }
        let mut x = MARGIN;
        for (column, cell) in columns.iter().zip(cells) {
            let mut y = self.y + PADDING;
            for line in cell {
                self.cell(x, y, column, TEXT, weight, line.clone());
                y += LINE;
            }
            x += column.width;
        }
        self.y += height;
    }

    fn cell(&mut self, x: f32, top: f32, column: &Column, size: f32, weight: Weight, text: String) {
        let x = match column.align {
            Align::Left => x + 4.0,
            Align::Right => x + column.width - 4.0 - self.width(&text, size, weight),
        };
        self.text(x, top + 8.6, size, weight, BLACK, text);
    }

    /// Returns parts on as few lines as their width allows, joined by a separator and a space.
    fn wrapped(&self, parts: &[String], separator: &str, width: f32) -> Vec<String> {
        let mut lines: Vec<String> = Vec::new();
        for part in parts {
            match lines.last_mut() {
                None => lines.push(part.clone()),
                Some(last) => {
                    let longer = format!("{last}{separator} {part}");
                    if self.width(&longer, TEXT, Weight::Regular) <= width {
                        *last = longer;
                    } else {
                        last.push_str(separator);
                        lines.push(part.clone());
                    }
                }
            }
        }
        lines
    }

    /// Returns the words of a text on as few lines as their width allows. A word that is wider than a line is shortened.
    fn wrapped_words(&self, text: &str, width: f32) -> Vec<String> {
        let words: Vec<String> =
            text.split_whitespace().map(|word| self.shortened(word, width, TEXT, Weight::Regular)).collect();
        self.wrapped(&words, "", width)
    }

    /// Returns a text that isn't wider than `width`: its end is replaced by an ellipsis if necessary.
    fn shortened(&self, text: &str, width: f32, size: f32, weight: Weight) -> String {
        if self.width(text, size, weight) <= width {
            return text.to_owned();
        }
        let mut shortened = text.to_owned();
        while shortened.pop().is_some() {
            let candidate = format!("{}…", shortened.trim_end());
            if self.width(&candidate, size, weight) <= width {
                return candidate;
            }
        }
        String::new()
    }
}

/// Returns the height of some lines of text.
fn lines_height(lines: usize) -> f32 {
    f32::from(u16::try_from(lines).unwrap_or(u16::MAX)) * LINE
}

/// Returns seconds as hours and minutes with a sign: `+1:30`.
fn signed(seconds: i64) -> String {
    let text = clock(seconds);
    if seconds > 0 && text != "0:00" { format!("+{text}") } else { text }
}

/// Returns the name of a code with the code itself, unless both are the same.
fn named(name: &str, code: &PayCode) -> String {
    if name.eq_ignore_ascii_case(code.as_str()) { name.to_owned() } else { format!("{name} ({code})") }
}

/// Returns the form in which a language writes dates.
const fn date_form(language: Language) -> DateForm {
    match language {
        Language::En => DateForm::Iso,
        Language::De | Language::Tr => DateForm::DayMonthYearDots,
        Language::Es | Language::Fr => DateForm::DayMonthYearSlashes,
    }
}

fn date_range(timesheet: &TimesheetDocument, language: Language) -> String {
    let date = |date| date_text(date, date_form(language));
    format!("{} – {}", date(timesheet.period.first()), date(timesheet.period.last()))
}
