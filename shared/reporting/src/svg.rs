//! A report as a picture that a browser shows.

use charts_rs::{BarChart, LineChart, Series};

use crate::{Chart, ReportError};

/// How large it is.
const SIZE: (f32, f32) = (1100.0, 520.0);

/// The picture of a report.
pub fn svg(chart: &Chart) -> Result<String, ReportError> {
    let groups = chart.groups();
    let labels: Vec<String> = groups.iter().map(|(label, _)| label.clone()).collect();
    #[expect(clippy::cast_possible_truncation, reason = "a picture shows no more digits than that")]
    let of =
        |place: usize| groups.iter().map(|(_, values)| values.get(place).map_or(0.0, |value| *value as f32)).collect();
    let series: Vec<Series> =
        chart.names.iter().enumerate().map(|(place, name)| Series::new((*name).to_owned(), of(place))).collect();
    let title = format!("{} ({})", chart.title, chart.plot.unit);
    let drawn = if chart.plot.lines {
        let mut drawing = LineChart::new(series, labels);
        (drawing.width, drawing.height) = SIZE;
        drawing.title.text = title;
        drawing.svg()
    } else {
        let mut drawing = BarChart::new(series, labels);
        (drawing.width, drawing.height) = SIZE;
        drawing.title.text = title;
        drawing.svg()
    };
    drawn.map_err(ReportError::unwritable)
}
