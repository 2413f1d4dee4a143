//! A report as an SVG picture.

use charts_rs::{BarChart, HorizontalBarChart, LineChart, Series};

use crate::{Chart, ReportError};

/// The width and the height of the picture, in pixels.
const SIZE: (f32, f32) = (1100.0, 520.0);
/// The maximum number of names in a row. More names are written one below the other.
const ABREAST: usize = 8;
/// The height of a name with its bars in that layout, and the height above and below all of them.
const HEIGHTS: (f32, f32) = (34.0, 120.0);

/// The fonts for browsers, which don't have the fonts that the picture was measured with.
const FONTS: &str = "Roboto, Helvetica, Arial, sans-serif";

/// Returns the chart of a report as SVG.
pub fn svg(chart: &Chart) -> Result<String, ReportError> {
    let groups = chart.groups();
    let labels: Vec<String> = groups.iter().map(|(label, _)| in_xml(label)).collect();
    let (scale, unit) = if chart.plot.lines { (100.0, "percent") } else { (1.0, chart.plot.unit) };
    #[expect(clippy::cast_possible_truncation, reason = "a picture needs no more digits")]
    let value = |value: f64| (value * scale) as f32;
    let series = chart.names.iter().enumerate().map(|(place, name)| {
        let mut series = Series::new((*name).to_owned(), Vec::new());
        // Without expected people there is a gap.
        series.data = groups.iter().map(|(_, values)| values.get(place).copied().flatten().map(value)).collect();
        series
    });
    let (series, title): (Vec<Series>, String) = (series.collect(), format!("{} ({unit})", chart.title));
    let drawn = if chart.plot.lines {
        let mut drawing = LineChart::new(series, labels);
        (drawing.width, drawing.height) = SIZE;
        drawing.title.text = title;
        drawing.svg()
    } else if labels.len() > ABREAST {
        let rows = u16::try_from(labels.len()).unwrap_or(u16::MAX);
        // The library starts at the bottom.
        let upwards = |mut series: Series| {
            series.data.reverse();
            series
        };
        let series = series.into_iter().map(upwards).collect();
        let mut drawing = HorizontalBarChart::new(series, labels.into_iter().rev().collect());
        (drawing.width, drawing.height) = (SIZE.0, HEIGHTS.1 + HEIGHTS.0 * f32::from(rows));
        drawing.title.text = title;
        drawing.svg()
    } else {
        let mut drawing = BarChart::new(series, labels);
        (drawing.width, drawing.height) = SIZE;
        drawing.title.text = title;
        drawing.svg()
    };
    let drawn = drawn.map_err(ReportError::unwritable)?;
    Ok(drawn.replace("font-family=\"Roboto\"", &format!("font-family=\"{FONTS}\"")))
}

/// Replaces each character that XML 1.0 documents can't contain (section 2.2, `Char`) with U+FFFD. Browsers refuse a whole
/// picture with such a character, and the library only escapes markup.
fn in_xml(text: &str) -> String {
    let is_char = |c| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{fffd}' | '\u{10000}'..='\u{10ffff}');
    text.chars().map(|c| if is_char(c) { c } else { '\u{fffd}' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Cell, Report,
        fold::{columns, plot},
    };

    /// Returns the picture of a month with the given number of people. Writes it to the folder in `ROLLCALL_KEEP_FILES`, for a
    /// visual check.
    fn picture(people: usize) -> String {
        let report = Report::MonthlyWork { month: "2026-11-02".parse().unwrap() };
        let columns = columns(&report);
        let mut chart = Chart::new(report.title(), columns, plot(&report));
        for number in 0..people {
            let seconds = i64::try_from(140 + number * 7 % 40).unwrap() * 3600;
            let mut line = vec![
                Cell::Text(number.to_string()),
                Cell::Text(format!("Maria Fernández {number:02}")),
                Cell::Text(["Harbour", "Workshop", "Office"][number % 3].to_owned()),
                Cell::Seconds(seconds),
                Cell::Seconds(3600),
                Cell::Seconds(160 * 3600),
            ];
            line.resize(columns.len(), Cell::Count(0));
            chart.add(&line);
        }
        let picture = svg(&chart).unwrap();
        if let Some(folder) = std::env::var_os("ROLLCALL_KEEP_FILES") {
            std::fs::write(std::path::Path::new(&folder).join(format!("picture-{people}.svg")), &picture).unwrap();
        }
        picture
    }

    #[test]
    fn a_picture_names_departments_if_there_are_too_many_people() {
        for (people, named, missing) in
            [(1, "Fernández 00", "Harbour"), (24, "Fernández 23", "Harbour"), (90, "Office", "Fernández")]
        {
            let picture = picture(people);
            assert!(picture.contains(named) && !picture.contains(missing), "{people}");
            assert!(picture.contains("Monthly work, November 2026"));
        }
    }

    #[test]
    fn a_picture_is_well_formed_whatever_names_it_shows() {
        let report = Report::MonthlyWork { month: "2026-11-02".parse().unwrap() };
        let columns = columns(&report);
        let names = [
            "\u{fffe}",
            "a\u{ffff}b",
            "nul\0",
            "\u{1b}[31m",
            "<&>\"'",
            "]]>",
            "two\nlines",
            "\r",
            "\u{202e}gnp",
            "👩\u{200d}🔧",
        ];
        for count in [1, ABREAST, names.len(), names.len() * 9] {
            let mut chart = Chart::new(report.title(), columns, plot(&report));
            for (number, name) in names.iter().cycle().take(count).enumerate() {
                let mut line = vec![
                    Cell::Text(number.to_string()),
                    Cell::Text((*name).to_owned()),
                    Cell::Text((*name).to_owned()),
                ];
                line.resize(columns.len(), Cell::Seconds(3600));
                chart.add(&line);
            }
            let picture = svg(&chart).unwrap();
            assert!(roxmltree::Document::parse(&picture).is_ok(), "{count} names: {picture}");
        }
    }

    #[test]
    fn a_report_without_rows_is_a_valid_picture() {
        assert!(picture(0).starts_with("<svg"));
    }
}
