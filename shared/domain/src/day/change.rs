//! A day before and after a change, as the store commits it.

use jiff::Timestamp;

use super::{Day, Month, MonthDelta, MonthTotals};
use crate::pay::AccountEntry;

/// A change of one day. Only this type makes committed days, so that every committed day has the next version and its
/// contribution to the month and to the person's time account is booked.
#[derive(Debug, Clone, PartialEq)]
pub struct DayChange {
    before: Option<Day>,
    after: Day,
    account_entries: Vec<AccountEntry>,
}

impl DayChange {
    /// The change from the day as read (`None` if it isn't stored yet) to the new day.
    pub fn new(before: Option<Day>, mut after: Day, now: Timestamp) -> Self {
        after.version = before.as_ref().map_or(0, Day::version) + 1;
        after.counted = after.contribution(now);
        let account_entries = after.rebook(now);
        Self { before, after, account_entries }
    }

    /// The day as read. Its version is the condition of the write.
    pub const fn before(&self) -> Option<&Day> {
        self.before.as_ref()
    }

    /// The new day.
    pub const fn after(&self) -> &Day {
        &self.after
    }

    /// The version that the stored day must still have. 0 means that no day may be stored.
    pub fn expected_version(&self) -> u64 {
        self.before.as_ref().map_or(0, Day::version)
    }

    /// The entries that the change adds to the person's time account.
    pub fn account_entries(&self) -> &[AccountEntry] {
        &self.account_entries
    }

    /// The changes of the month's totals: none if the figures are the same, two if the department changed.
    pub fn month_deltas(&self) -> Vec<MonthDelta> {
        let month = Month::of(self.after.date());
        let delta = |department_id, totals| MonthDelta { month, department_id, totals };
        let booked = self.before.as_ref().map_or_else(MonthTotals::default, Day::counted);
        let moved_from =
            self.before.as_ref().map(Day::department_id).filter(|before| *before != self.after.department_id());
        let deltas = match moved_from {
            Some(old) => vec![delta(old, -booked), delta(self.after.department_id(), self.after.counted())],
            None => vec![delta(self.after.department_id(), self.after.counted() - booked)],
        };
        deltas.into_iter().filter(|delta| !delta.totals.is_zero()).collect()
    }
}
