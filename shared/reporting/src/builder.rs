//! Builds a report part by part, with several reads at the same time.

use std::{
    collections::VecDeque,
    hash::{DefaultHasher, Hasher},
};

use futures_util::{StreamExt, TryStreamExt, stream};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
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

/// The number of parts that are read at the same time: enough to hide the table's latency, few enough for memory.
const CONCURRENCY: usize = 8;

/// A position in the parts of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    /// The number of parts before the position.
    done: usize,
    /// A hash of all parts. They change if departments are created, renamed or deleted.
    plan: u64,
}

/// A report that is being built.
pub struct ReportBuilder {
    store: Store,
    scope: ReportScope,
    fold: Box<dyn Fold>,
    columns: &'static [Column],
    chart: Chart,
    parts: VecDeque<Part>,
    total: usize,
    plan: u64,
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
    /// Determines the parts to read. No part may have more than `most` figures.
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
            plan: hash(&parts),
            parts,
            is_over: false,
            sums: vec![0; columns.len()],
            now,
            most,
            figures: 0,
        })
    }

    /// Returns the columns of the report.
    pub const fn columns(&self) -> &'static [Column] {
        self.columns
    }

    /// Returns the number of parts that are read, and the number of all parts.
    pub fn progress(&self) -> (usize, usize) {
        (self.total - self.parts.len(), self.total)
    }

    /// Returns the position before the next part.
    pub fn position(&self) -> Position {
        Position { done: self.progress().0, plan: self.plan }
    }

    /// Skips the parts before a position. Returns false, and skips none, if the position belongs to other parts.
    pub fn skip_to(&mut self, position: Position) -> bool {
        let is_same = position.plan == self.plan && position.done <= self.parts.len();
        if is_same {
            self.parts.drain(..position.done);
        }
        is_same
    }

    /// Returns the number of figures that were read so far.
    pub const fn figures(&self) -> usize {
        self.figures
    }

    /// Reads the next parts and returns the lines that are complete with them; `None` at the end.
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

    /// Returns the totals of all lines so far: a cell for each column, empty if a total makes no sense.
    pub fn totals(&self) -> Line {
        let total = |(column, sum): (&Column, &i64)| {
            if column.sums { column.kind.total(*sum) } else { crate::Cell::Nothing }
        };
        self.columns.iter().zip(&self.sums).map(total).collect()
    }

    /// Returns the chart of all lines so far.
    pub const fn chart(&self) -> &Chart {
        &self.chart
    }
}

/// Returns a hash of parts. Two processes of different releases may hash differently; then a report begins from its start.
fn hash(parts: &VecDeque<Part>) -> u64 {
    let mut hasher = DefaultHasher::new();
    for part in parts {
        hasher.write(format!("{part:?}").as_bytes());
    }
    hasher.finish()
}
