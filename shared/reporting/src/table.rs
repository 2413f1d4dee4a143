//! A report that is answered at once: whole, or refused as too large.

use jiff::Timestamp;
use store::Store;

use crate::{
    Bound, Chart, Order, ReportBuilder, ReportError,
    column::{Column, Line},
};

/// How much is answered at once.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// The most lines.
    pub lines: usize,
    /// The most parts that are read for it: queries, for a report that adds dates up.
    pub parts: usize,
    /// The most figures that are read for it.
    pub figures: usize,
}

/// A whole report.
#[derive(Debug)]
pub struct Table {
    /// Its columns.
    pub columns: &'static [Column],
    /// Its lines.
    pub lines: Vec<Line>,
    /// Its totals.
    pub totals: Line,
    /// Its picture.
    pub chart: Chart,
}

impl Table {
    /// Makes a report within bounds.
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
