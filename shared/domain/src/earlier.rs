//! Values that have been replaced, so that past dates keep what applied to them.

use jiff::Timestamp;
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
    /// The instant of the replacement, where it matters. Releases until 2026-11-29 stored none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    at: Option<Timestamp>,
}

/// A value that was replaced on a date.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Replaced<'a, T> {
    pub(crate) value: &'a T,
    pub(crate) at: Option<Timestamp>,
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

    /// The value that was replaced on a date, in whichever time zone it was the date. A person can be a date ahead of the company.
    pub(crate) fn replaced_on(&self, date: WorkDate) -> Option<Replaced<'_, T>> {
        let earliest = date.previous().previous();
        let found = self.0.iter().rfind(|earlier| earliest <= earlier.until && earlier.until < date)?;
        Some(Replaced { value: &found.value, at: found.at })
    }

    /// Adds the value that applied until a date. Of several that are replaced on one date, the first is the one that applied
    /// before. If there are too many, the oldest are left out.
    pub(crate) fn add(&mut self, until: WorkDate, value: T, at: Option<Timestamp>) {
        if self.0.last().is_none_or(|last| last.until < until) {
            self.0.push(EarlierValue { until, value, at });
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
            earlier.add(first.plus_days(day), day, None);
        }
        assert_eq!(earlier.0.len(), MAX);
        assert_eq!(
            (earlier.on(first), earlier.on(first.plus_days(39)), earlier.on(first.plus_days(40))),
            (Some(&16), Some(&39), None)
        );
    }
}
