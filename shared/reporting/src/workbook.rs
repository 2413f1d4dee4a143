//! A report as an Excel workbook. Durations and dates are typed, so that people can calculate with them.
//!
//! Rows are written to a temporary file as they come. Only the chart's data stays in memory.

use std::fs::File;

use rust_xlsxwriter::{
    Chart as Drawing, ChartType, Color, DocProperties, Format, FormatAlign, Formula, Workbook as Book, Worksheet,
    XlsxError, utility::column_number_to_name,
};

use crate::{
    Bound, Chart, ReportError,
    column::{Cell, Column, Kind, Line, float},
};

/// The maximum number of rows. Excel supports a million, but a file with this many rows is already hard to open.
pub(crate) const MAX_ROWS: u32 = 250_000;

/// The name of the sheet with the chart's data.
const CHART_DATA: &str = "Chart data";

/// A workbook that is being written.
pub(crate) struct Workbook {
    book: Book,
    columns: &'static [Column],
    formats: Vec<Format>,
    rows: u32,
}

impl Workbook {
    pub(crate) fn begin(title: &str, columns: &'static [Column]) -> Result<Self, ReportError> {
        let mut book = Book::new();
        book.set_properties(&DocProperties::new().set_title(title).set_company("Rollcall"));
        let formats = columns.iter().map(|column| format_of(column.kind)).collect();
        begin_sheet(&mut book, columns).map_err(ReportError::unwritable)?;
        Ok(Self { book, columns, formats, rows: 0 })
    }

    pub(crate) fn add(&mut self, line: &Line) -> Result<(), ReportError> {
        if self.rows >= MAX_ROWS {
            return Err(ReportError::TooLarge(Bound::WorkbookRows { max: u64::from(MAX_ROWS) }));
        }
        self.rows += 1;
        let row = self.rows;
        let sheet = self.book.worksheet_from_index(0).map_err(ReportError::unwritable)?;
        for (place, (cell, format)) in (0u16..).zip(line.iter().zip(&self.formats)) {
            write(sheet, row, place, cell, format).map_err(ReportError::unwritable)?;
        }
        Ok(())
    }

    pub(crate) fn finish(mut self, totals: &Line, chart: &Chart) -> Result<File, ReportError> {
        self.end(totals, chart).map_err(ReportError::unwritable)
    }

    fn end(&mut self, totals: &Line, chart: &Chart) -> Result<File, XlsxError> {
        let last = self.rows;
        let sheet = self.book.worksheet_from_index(0)?;
        if last > 0 {
            for (place, ((column, cell), format)) in (0u16..).zip(self.columns.iter().zip(totals).zip(&self.formats)) {
                let format = total_format(format);
                if column.sums {
                    let name = column_number_to_name(place);
                    let sum = Formula::new(format!("=SUM({name}2:{name}{})", last + 1));
                    sheet.write_formula_with_format(last + 1, place, sum.set_result(result(cell)), &format)?;
                } else if place == 0 {
                    sheet.write_string_with_format(last + 1, place, "Total", &format)?;
                } else {
                    sheet.write_blank(last + 1, place, &format)?;
                }
            }
            let width = u16::try_from(self.columns.len().saturating_sub(1)).unwrap_or(u16::MAX);
            sheet.autofilter(0, 0, last, width)?;
            draw(&mut self.book, chart)?;
        }
        let file = tempfile::tempfile()?;
        self.book.save_to_writer(&file)?;
        Ok(file)
    }
}

fn begin_sheet(book: &mut Book, columns: &[Column]) -> Result<(), XlsxError> {
    let sheet = book.add_worksheet_with_constant_memory()?;
    sheet.set_name("Report")?;
    sheet.set_freeze_panes(1, 0)?;
    sheet.set_landscape();
    sheet.set_print_fit_to_pages(1, 0);
    sheet.set_repeat_rows(0, 0)?;
    let head = Format::new()
        .set_bold()
        .set_background_color(Color::RGB(0x00DC_E6F1))
        .set_align(FormatAlign::VerticalCenter)
        .set_text_wrap();
    for (place, column) in (0u16..).zip(columns) {
        sheet.set_column_width(place, width(column))?;
        sheet.write_string_with_format(0, place, column.title, &head)?;
    }
    Ok(())
}

/// Returns a width that fits the column's cells and its heading.
fn width(column: &Column) -> f64 {
    let content: f64 = match column.kind {
        Kind::Text if column.key.ends_with("_id") => 29.0,
        Kind::Text if column.key.ends_with("remark") => 32.0,
        Kind::Text => 22.0,
        Kind::Instant => 17.0,
        Kind::Date => 11.5,
        Kind::Count | Kind::Duration | Kind::Days | Kind::Rate | Kind::Degrees | Kind::Flag => 10.5,
    };
    let words = column.title.split(' ').map(str::len).max().unwrap_or_default();
    content.max(float(i64::try_from(words).unwrap_or_default()) + 3.0)
}

fn format_of(kind: Kind) -> Format {
    let number = |format: &str| Format::new().set_num_format(format);
    match kind {
        Kind::Text | Kind::Flag => Format::new(),
        Kind::Count => number("0"),
        Kind::Duration => number("[h]:mm"),
        Kind::Days => number("0.00"),
        Kind::Date => number("yyyy-mm-dd"),
        Kind::Instant => number("yyyy-mm-dd hh:mm"),
        Kind::Rate => number("0.0%"),
        Kind::Degrees => number("0.000000"),
    }
}

fn total_format(format: &Format) -> Format {
    format.clone().set_bold().set_border_top(rust_xlsxwriter::FormatBorder::Thin)
}

/// Converts seconds to Excel's durations, which are fractions of a day.
fn in_days(seconds: i64) -> f64 {
    float(seconds) / 86_400.0
}

fn write(sheet: &mut Worksheet, row: u32, place: u16, cell: &Cell, format: &Format) -> Result<(), XlsxError> {
    let written = match cell {
        Cell::Nothing => return Ok(()),
        Cell::Text(text) => sheet.write_string_with_format(row, place, text.as_str(), format),
        Cell::Count(number) => sheet.write_number_with_format(row, place, float(*number), format),
        Cell::Seconds(seconds) => sheet.write_number_with_format(row, place, in_days(*seconds), format),
        Cell::Hundredths(days) => sheet.write_number_with_format(row, place, float(*days) / 100.0, format),
        Cell::Rate(number) | Cell::Degrees(number) => sheet.write_number_with_format(row, place, *number, format),
        Cell::Flag(flag) => sheet.write_boolean_with_format(row, place, *flag, format),
        Cell::Date(date) => sheet.write_datetime_with_format(row, place, date.date(), format),
        // The local time in the zone: Excel has no zones.
        Cell::Instant(at, zone) => sheet.write_datetime_with_format(row, place, zone.at(*at).datetime(), format),
    };
    written.map(|_| ())
}

/// Returns a total as text, for programs that don't calculate formulas.
fn result(cell: &Cell) -> String {
    match cell {
        Cell::Seconds(seconds) => in_days(*seconds).to_string(),
        Cell::Nothing
        | Cell::Text(_)
        | Cell::Count(_)
        | Cell::Hundredths(_)
        | Cell::Date(_)
        | Cell::Instant(..)
        | Cell::Rate(_)
        | Cell::Degrees(_)
        | Cell::Flag(_) => cell.shown().unwrap_or_default().to_string(),
    }
}

/// Draws the sheet with the chart's data, and the chart on its own sheet.
fn draw(book: &mut Book, chart: &Chart) -> Result<(), XlsxError> {
    let groups = chart.groups();
    let sheet = book.add_worksheet();
    sheet.set_name(CHART_DATA)?;
    sheet.set_freeze_panes(1, 0)?;
    sheet.set_column_width(0, 24)?;
    let bold = Format::new().set_bold();
    let number = Format::new().set_num_format(if chart.plot.lines { "0.0%" } else { "0.0" });
    for (place, name) in (1u16..).zip(&chart.names) {
        let unit = if chart.plot.lines { String::new() } else { format!(" ({})", chart.plot.unit) };
        sheet.set_column_width(place, 18)?;
        sheet.write_string_with_format(0, place, format!("{name}{unit}"), &bold)?;
    }
    for (row, (label, values)) in (1u32..).zip(&groups) {
        sheet.write_string(row, 0, label.as_str())?;
        for (place, value) in (1u16..).zip(values) {
            if let Some(value) = value {
                sheet.write_number_with_format(row, place, *value, &number)?;
            }
        }
    }
    let last = u32::try_from(groups.len()).unwrap_or(u32::MAX);
    let mut drawing = Drawing::new(if chart.plot.lines { ChartType::Line } else { ChartType::Column });
    drawing.title().set_name(&chart.title);
    drawing.y_axis().set_name(chart.plot.unit);
    for (place, _) in (1u16..).zip(&chart.names) {
        drawing
            .add_series()
            .set_name((CHART_DATA, 0, place))
            .set_categories((CHART_DATA, 1, 0, last, 0))
            .set_values((CHART_DATA, 1, place, last, place));
    }
    let sheet = book.add_chartsheet();
    sheet.set_name("Chart")?;
    sheet.insert_chart(0, 0, &drawing)?;
    Ok(())
}
