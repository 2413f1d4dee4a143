//! A report as a picture that a browser shows.

use charts_rs::{BarChart, HorizontalBarChart, LineChart, Series};

use crate::{Chart, ReportError};

/// How large it is.
const SIZE: (f32, f32) = (1100.0, 520.0);
/// How many names have room beside each other. More are written one below the other.
const ABREAST: usize = 8;
/// How high a name is then, with its bars, and what is above and below all of them.
const HEIGHTS: (f32, f32) = (34.0, 120.0);

/// What a browser writes with: it has none of the fonts that the picture was measured by.
const FONTS: &str = "Roboto, Helvetica, Arial, sans-serif";

/// The picture of a report.
pub fn svg(chart: &Chart) -> Result<String, ReportError> {
    let groups = chart.groups();
    let labels: Vec<String> = groups.iter().map(|(label, _)| in_xml(label)).collect();
    let (scale, unit) = if chart.plot.lines { (100.0, "percent") } else { (1.0, chart.plot.unit) };
    #[expect(clippy::cast_possible_truncation, reason = "a picture shows no more digits than that")]
    let value = |value: f64| (value * scale) as f32;
    let series = chart.names.iter().enumerate().map(|(place, name)| {
        let mut series = Series::new((*name).to_owned(), Vec::new());
        // Where nobody was to come there is a gap.
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
        // The library begins at the bottom.
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

/// Returns a text with U+FFFD for each character that an XML 1.0 document can't have (section 2.2, `Char`): a browser refuses
/// the whole picture over one of them, and the library only escapes markup.
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

    /// The picture of a month of that many people, kept where `ROLLCALL_KEEP_FILES` says, for eyes.
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
    fn a_picture_names_everybody_while_they_are_few_and_their_departments_when_they_are_many() {
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
    fn a_report_without_rows_is_a_picture_all_the_same() {
        assert!(picture(0).starts_with("<svg"));
    }
}
