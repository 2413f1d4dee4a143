//! The columns of reports, and what stands in them. Every form is made of these.

use answers::instant::Instant;
use domain::calendar::{WorkDate, Zone};
use jiff::Timestamp;
use serde_json::Value;

/// A column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// Its name in JSON and CSV.
    pub key: &'static str,
    /// What people read at its head.
    pub title: &'static str,
    /// What stands in it.
    pub kind: Kind,
    /// Whether a total of it means something.
    pub sums: bool,
}

/// What stands in a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A text.
    Text,
    /// A number of something.
    Count,
    /// A duration.
    Duration,
    /// A number of days, to the hundredth.
    Days,
    /// A work date.
    Date,
    /// An instant.
    Instant,
    /// A part of a whole, from 0 to 1.
    Rate,
    /// Degrees of latitude or longitude.
    Degrees,
    /// Yes or no.
    Flag,
}

/// What stands in a line.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// Nothing.
    Nothing,
    /// A text.
    Text(String),
    /// A number of something.
    Count(i64),
    /// Seconds of a duration.
    Seconds(i64),
    /// Hundredths of a day.
    Hundredths(i64),
    /// A work date.
    Date(WorkDate),
    /// An instant, as a clock of a zone shows it.
    Instant(Timestamp, Zone),
    /// A part of a whole.
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
    /// A sum as a cell of the column.
    pub(crate) const fn total(self, sum: i64) -> Cell {
        match self {
            Self::Duration => Cell::Seconds(sum),
            Self::Days => Cell::Hundredths(sum),
            Self::Count => Cell::Count(sum),
            Self::Text | Self::Date | Self::Instant | Self::Rate | Self::Degrees | Self::Flag => Cell::Nothing,
        }
    }
}

impl Cell {
    /// A text, or nothing.
    pub(crate) fn text(text: Option<impl ToString>) -> Self {
        text.map_or(Self::Nothing, |text| Self::Text(text.to_string()))
    }

    /// What is added up of it.
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

    /// What a chart shows of it: hours, days, parts of a whole.
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

    /// As JSON has it.
    pub fn json(&self) -> Value {
        match self {
            Self::Nothing => Value::Null,
            Self::Text(text) => text.as_str().into(),
            Self::Count(number) | Self::Seconds(number) => (*number).into(),
            Self::Hundredths(hundredths) => (float(*hundredths) / 100.0).into(),
            Self::Date(date) => date.to_string().into(),
            Self::Instant(at, zone) => Instant::new(*at, zone).to_string().into(),
            Self::Rate(number) | Self::Degrees(number) => (*number).into(),
            Self::Flag(flag) => (*flag).into(),
        }
    }

    /// As CSV has it: what JSON says, without quotes, and nothing for null.
    pub(crate) fn csv(&self) -> String {
        match self {
            // Texts are people's own; nothing else can begin like a formula but a negative number, which is one.
            Self::Text(text) => answers::sheet::escape_formula(text),
            Self::Nothing => String::new(),
            Self::Date(date) => date.to_string(),
            Self::Instant(at, zone) => Instant::new(*at, zone).to_string(),
            Self::Count(_)
            | Self::Seconds(_)
            | Self::Hundredths(_)
            | Self::Rate(_)
            | Self::Degrees(_)
            | Self::Flag(_) => self.json().to_string(),
        }
    }
}

/// A figure as a double.
pub(crate) fn float(number: i64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "seconds and days of a company are far below 2^53")]
    let number = number as f64;
    number
}
