//! A report being made: part after part, several read at once.

use std::collections::VecDeque;

use futures_util::{StreamExt, TryStreamExt, stream};
use jiff::Timestamp;
use store::Store;

use crate::{
    Chart, Order, ReportError,
    column::{Column, Line},
    fold::{self, Fold},
    part::{Figure, Part},
    plan,
    reading::Reader,
    scope::ReportScope,
};

/// How many parts are read at once: enough to hide the table's latency, few enough to be held.
const CONCURRENCY: usize = 8;

/// A report being made.
pub struct ReportBuilder {
    store: Store,
    scope: ReportScope,
    fold: Box<dyn Fold>,
    columns: &'static [Column],
    chart: Chart,
    parts: VecDeque<Part>,
    total: usize,
    is_over: bool,
    sums: Vec<i64>,
    now: Timestamp,
    most: usize,
    figures: usize,
}

impl std::fmt::Debug for ReportBuilder {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Gathering").field("left", &self.parts.len()).finish_non_exhaustive()
    }
}

impl ReportBuilder {
    /// Looks at what is to be read. No part brings more than `most` figures.
    pub async fn begin(store: &Store, order: &Order, now: Timestamp, most: usize) -> Result<Self, ReportError> {
        let report = &order.report;
        let scope = ReportScope::find(store, &order.whose, report.first()).await?;
        let parts: VecDeque<Part> = plan::parts(order, &scope).into();
        let columns = fold::columns(report);
        Ok(Self {
            store: store.clone(),
            scope,
            fold: fold::fold(report),
            columns,
            chart: Chart::new(report.title(), columns, fold::plot(report)),
            total: parts.len(),
            parts,
            is_over: false,
            sums: vec![0; columns.len()],
            now,
            most,
            figures: 0,
        })
    }

    /// Its columns.
    pub const fn columns(&self) -> &'static [Column] {
        self.columns
    }

    /// How many of its parts are read, and of how many.
    pub fn progress(&self) -> (usize, usize) {
        (self.total - self.parts.len(), self.total)
    }

    /// How many figures were read so far.
    pub const fn figures(&self) -> usize {
        self.figures
    }

    /// The next lines, as far as they are known by the next parts; none at the end.
    pub async fn next(&mut self) -> Result<Option<Vec<Line>>, ReportError> {
        if self.is_over {
            return Ok(None);
        }
        let some: Vec<Part> = (0..CONCURRENCY).map_while(|_| self.parts.pop_front()).collect();
        let lines = if some.is_empty() {
            self.is_over = true;
            self.fold.rest(&self.scope)
        } else {
            let reader = Reader { store: &self.store, scope: &self.scope, now: self.now, most: self.most };
            let reading = stream::iter(some).map(|part| reader.read(part)).buffered(CONCURRENCY);
            let read: Vec<Vec<Figure>> = reading.try_collect().await?;
            let mut lines = Vec::new();
            for figure in read.into_iter().flatten() {
                self.figures += 1;
                lines.extend(self.fold.take(figure, &self.scope));
            }
            lines
        };
        for line in &lines {
            for (sum, cell) in self.sums.iter_mut().zip(line) {
                *sum += cell.amount();
            }
            self.chart.add(line);
        }
        Ok(Some(lines))
    }

    /// The totals of all lines so far: a cell for each column, empty where a total means nothing.
    pub fn totals(&self) -> Line {
        let total = |(column, sum): (&Column, &i64)| {
            if column.sums { column.kind.total(*sum) } else { crate::Cell::Nothing }
        };
        self.columns.iter().zip(&self.sums).map(total).collect()
    }

    /// The picture of all lines so far.
    pub const fn chart(&self) -> &Chart {
        &self.chart
    }
}
