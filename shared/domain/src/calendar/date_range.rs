//! Ranges of dates.

use serde::{Deserialize, Serialize};

use super::WorkDate;

/// A range of dates, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct DateRange {
    /// The first date.
    pub from: WorkDate,
    /// The last date.
    pub to: WorkDate,
}

impl DateRange {
    /// Returns the range of a single date.
    pub const fn only(date: WorkDate) -> Self {
        Self { from: date, to: date }
    }

    /// Returns whether the range includes a date.
    pub fn contains(&self, date: WorkDate) -> bool {
        (self.from..=self.to).contains(&date)
    }

    /// Returns all dates, in order.
    pub fn each(self) -> impl Iterator<Item = WorkDate> + Clone {
        (0..=self.to.days_since(self.from)).map(move |days| self.from.plus_days(days))
    }
}
