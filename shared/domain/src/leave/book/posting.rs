//! Adds entries to the ledger.

use super::LeaveBook;
use crate::{
    calendar::WorkDate,
    leave::{EntryCause, EntryKind, LeaveMinutes, LeaveYear, LedgerEntry, MonthsOfYear},
    schedule::LeaveTypeCode,
    text::Reason,
};

/// An entry that has no place in the ledger yet.
#[derive(Debug)]
pub(super) struct Draft {
    pub(super) kind: EntryKind,
    pub(super) minutes: LeaveMinutes,
    pub(super) date: WorkDate,
    pub(super) months: MonthsOfYear,
    pub(super) cause: EntryCause,
    pub(super) note: Option<Reason>,
}

impl Draft {
    /// Creates an entry that isn't about leave on specific dates.
    pub(super) fn plain(kind: EntryKind, minutes: LeaveMinutes, date: WorkDate, cause: EntryCause) -> Self {
        Self { kind, minutes, date, months: MonthsOfYear::default(), cause, note: None }
    }

    /// Creates an entry about leave or lateness on some dates. It takes `months`, or gives them back where negative.
    pub(super) fn dated(kind: EntryKind, months: MonthsOfYear, date: WorkDate, cause: EntryCause) -> Self {
        Self { kind, minutes: -months.total(), date, months, cause, note: None }
    }
}

impl LeaveBook<'_> {
    /// Adds an entry to the ledger and its balance. Skips an entry of zero minutes.
    pub(super) fn post(&mut self, leave_type: &LeaveTypeCode, year: LeaveYear, draft: Draft) {
        if !draft.minutes.is_zero() || !draft.months.is_empty() {
            self.add(leave_type, year, draft);
        }
    }

    /// Adds an entry, even one of zero minutes.
    pub(super) fn add(&mut self, leave_type: &LeaveTypeCode, year: LeaveYear, draft: Draft) {
        let Draft { kind, minutes, date, months, cause, note } = draft;
        let balance = self.balances.of_year(leave_type, year);
        let entry = LedgerEntry {
            year: year.year,
            leave_type: leave_type.clone(),
            number: balance.entries + 1,
            at: self.booking.at,
            kind,
            minutes,
            balance_after: balance.available() + minutes,
            date,
            months,
            cause,
            note,
            by: self.booking.by,
        };
        balance.apply(&entry);
        self.entries.push(entry);
    }
}
