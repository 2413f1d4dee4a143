//! A report in one response: complete, or refused as too large.

use jiff::Timestamp;
use store::Store;

use crate::{
    Bound, Chart, Order, ReportBuilder, ReportError,
    column::{Column, Line},
};

/// The limits of a response.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// The maximum number of lines.
    pub lines: usize,
    /// The maximum number of parts that are read. Reports that add up dates need one query for each.
    pub parts: usize,
    /// The maximum number of figures that are read.
    pub figures: usize,
}

/// A complete report.
#[derive(Debug)]
pub struct Table {
    /// The columns of the report.
    pub columns: &'static [Column],
    /// The lines of the report.
    pub lines: Vec<Line>,
    /// The totals of the report.
    pub totals: Line,
    /// The chart of the report.
    pub chart: Chart,
}

impl Table {
    /// Builds a report within limits.
    pub async fn gather(store: &Store, order: &Order, now: Timestamp, bounds: &Bounds) -> Result<Self, ReportError> {
        let mut builder = ReportBuilder::begin(store, order, now, bounds.figures + 1).await?;
        let (_, parts) = builder.progress();
        if parts > bounds.parts {
            let (parts, max) = (parts as u64, bounds.parts as u64);
            return Err(ReportError::TooLarge(Bound::Parts { parts, max }));
        }
        let mut lines = Vec::new();
        while let Some(more) = builder.next().await? {
            lines.extend(more);
            if lines.len() > bounds.lines {
                return Err(ReportError::TooLarge(Bound::Rows { max: bounds.lines as u64 }));
            }
            if builder.figures() > bounds.figures {
                return Err(ReportError::TooLarge(Bound::Figures { max: bounds.figures as u64 }));
            }
        }
        Ok(Self { columns: builder.columns(), lines, totals: builder.totals(), chart: builder.chart().clone() })
    }
}
