//! The columns of reports and their cells. All formats are generated from them.

use answers::instant::Instant;
use domain::calendar::{WorkDate, Zone};
use jiff::Timestamp;
use serde::{Serialize, Serializer};

/// A column of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// The name of the column in JSON and CSV.
    pub key: &'static str,
    /// The heading of the column.
    pub title: &'static str,
    /// The kind of the cells.
    pub kind: Kind,
    /// Whether a total of the column makes sense.
    pub sums: bool,
}

/// The kind of the cells in a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A text.
    Text,
    /// A number of items.
    Count,
    /// A duration.
    Duration,
    /// A number of days, to the hundredth.
    Days,
    /// A work date.
    Date,
    /// An instant.
    Instant,
    /// A rate, from 0 to 1.
    Rate,
    /// Degrees of latitude or longitude.
    Degrees,
    /// Yes or no.
    Flag,
}

/// A cell of a line.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// An empty cell.
    Nothing,
    /// A text.
    Text(String),
    /// A number of items.
    Count(i64),
    /// A duration in seconds.
    Seconds(i64),
    /// A number of days, in hundredths.
    Hundredths(i64),
    /// A work date.
    Date(WorkDate),
    /// An instant, shown in a zone.
    Instant(Timestamp, Zone),
    /// A rate.
    Rate(f64),
    /// Degrees.
    Degrees(f64),
    /// Yes or no.
    Flag(bool),
}

/// A line: a cell for each column.
pub type Line = Vec<Cell>;

impl Column {
    pub(crate) const fn new(key: &'static str, title: &'static str, kind: Kind) -> Self {
        Self { key, title, kind, sums: false }
    }

    pub(crate) const fn summed(key: &'static str, title: &'static str, kind: Kind) -> Self {
        Self { key, title, kind, sums: true }
    }
}

impl Kind {
    /// Returns a sum as a cell of the column.
    pub(crate) const fn total(self, sum: i64) -> Cell {
        match self {
            Self::Duration => Cell::Seconds(sum),
            Self::Days => Cell::Hundredths(sum),
            Self::Count => Cell::Count(sum),
            Self::Text | Self::Date | Self::Instant | Self::Rate | Self::Degrees | Self::Flag => Cell::Nothing,
        }
    }
}

impl Serialize for Cell {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Nothing => serializer.serialize_none(),
            Self::Text(text) => serializer.serialize_str(text),
            Self::Count(number) | Self::Seconds(number) => serializer.serialize_i64(*number),
            Self::Hundredths(hundredths) => serializer.serialize_f64(float(*hundredths) / 100.0),
            Self::Date(date) => serializer.collect_str(date),
            Self::Instant(at, zone) => serializer.collect_str(&Instant::new(*at, zone)),
            Self::Rate(number) | Self::Degrees(number) => serializer.serialize_f64(*number),
            Self::Flag(flag) => serializer.serialize_bool(*flag),
        }
    }
}

impl Cell {
    /// Returns the cell of a text, or an empty cell.
    pub(crate) fn text(text: Option<impl ToString>) -> Self {
        text.map_or(Self::Nothing, |text| Self::Text(text.to_string()))
    }

    /// Returns the amount that totals add up.
    pub(crate) const fn amount(&self) -> i64 {
        match self {
            Self::Count(amount) | Self::Seconds(amount) | Self::Hundredths(amount) => *amount,
            Self::Nothing
            | Self::Text(_)
            | Self::Date(_)
            | Self::Instant(..)
            | Self::Rate(_)
            | Self::Degrees(_)
            | Self::Flag(_) => 0,
        }
    }

    /// Returns the value that a chart shows: hours, days, rates.
    pub(crate) fn shown(&self) -> Option<f64> {
        match self {
            Self::Seconds(seconds) => Some(float(*seconds) / 3600.0),
            Self::Hundredths(hundredths) => Some(float(*hundredths) / 100.0),
            Self::Count(count) => Some(float(*count)),
            Self::Rate(rate) => Some(*rate),
            Self::Nothing | Self::Text(_) | Self::Date(_) | Self::Instant(..) | Self::Degrees(_) | Self::Flag(_) => {
                None
            }
        }
    }

    /// Returns the cell as CSV: the JSON value without quotes, and an empty text for null.
    pub(crate) fn csv(&self) -> String {
        match self {
            // Only texts come from people. Of the other cells, only negative numbers can start like a formula, and they are
            // numbers.
            Self::Text(text) => answers::sheet::escape_formula(text),
            Self::Nothing => String::new(),
            Self::Date(date) => date.to_string(),
            Self::Instant(at, zone) => Instant::new(*at, zone).to_string(),
            Self::Count(number) | Self::Seconds(number) => number.to_string(),
            Self::Flag(flag) => flag.to_string(),
            Self::Hundredths(_) | Self::Rate(_) | Self::Degrees(_) => serde_json::to_string(self).unwrap_or_default(),
        }
    }
}

/// Returns a figure as a floating-point number.
pub(crate) fn float(number: i64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "seconds and days of a company are far below 2^53")]
    let number = number as f64;
    number
}
