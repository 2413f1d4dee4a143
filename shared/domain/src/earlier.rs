//! Values that have been replaced, so that past dates keep what applied to them.

use serde::{Deserialize, Serialize};

use crate::{calendar::WorkDate, stored::Lenient};

/// The maximum number of values. They are part of items that are read with each punch.
const MAX: usize = 24;

/// The values that have been replaced, each with the last date on which it applied, in ascending order. Values in a form that
/// this release doesn't know are left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Vec<Lenient<EarlierValue<T>>>")]
pub struct Earlier<T>(Vec<EarlierValue<T>>);

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct EarlierValue<T> {
    until: WorkDate,
    value: T,
}

impl<T> Default for Earlier<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> From<Vec<Lenient<EarlierValue<T>>>> for Earlier<T> {
    fn from(stored: Vec<Lenient<EarlierValue<T>>>) -> Self {
        Self(stored.into_iter().filter_map(Lenient::known).collect())
    }
}

impl<T> Earlier<T> {
    /// Returns whether nothing has been replaced.
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The value that applied on a date, if it has been replaced since.
    pub fn on(&self, date: WorkDate) -> Option<&T> {
        self.0.iter().find(|earlier| date <= earlier.until).map(|earlier| &earlier.value)
    }

    /// The value that was replaced last, if it applied until that date or a later one.
    pub(crate) fn last_until(&self, date: WorkDate) -> Option<&T> {
        self.0.last().filter(|last| date <= last.until).map(|last| &last.value)
    }

    /// Adds the value that applied until a date. Of several that are replaced on one date, the first is the one that applied
    /// before. If there are too many, the oldest are left out.
    pub(crate) fn add(&mut self, until: WorkDate, value: T) {
        if self.0.last().is_none_or(|last| last.until < until) {
            self.0.push(EarlierValue { until, value });
            self.0.drain(..self.0.len().saturating_sub(MAX));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_of_values_is_limited() {
        let first: WorkDate = "2026-01-01".parse().unwrap();
        let mut earlier = Earlier::default();
        for day in 0..40 {
            earlier.add(first.plus_days(day), day);
        }
        assert_eq!(earlier.0.len(), MAX);
        assert_eq!(
            (earlier.on(first), earlier.on(first.plus_days(39)), earlier.on(first.plus_days(40))),
            (Some(&16), Some(&39), None)
        );
    }
}
