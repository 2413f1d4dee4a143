//! Adding entries.

use super::LeaveBook;
use crate::{
    calendar::WorkDate,
    leave::{EntryCause, EntryKind, LeaveMinutes, LeaveYear, LedgerEntry, MonthsOfYear},
    schedule::LeaveTypeCode,
    text::Reason,
};

/// An entry before it has its place in the ledger.
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
    /// An entry that isn't about leave that is taken on some dates.
    pub(super) fn plain(kind: EntryKind, minutes: LeaveMinutes, date: WorkDate, cause: EntryCause) -> Self {
        Self { kind, minutes, date, months: MonthsOfYear::default(), cause, note: None }
    }

    /// An entry about leave or lateness on some dates, of which `months` is taken, or given back where negative.
    pub(super) fn dated(kind: EntryKind, months: MonthsOfYear, date: WorkDate, cause: EntryCause) -> Self {
        Self { kind, minutes: -months.total(), date, months, cause, note: None }
    }
}

impl LeaveBook<'_> {
    /// Adds an entry to the ledger and its balance. An entry of nothing is none.
    pub(super) fn post(&mut self, leave_type: &LeaveTypeCode, year: LeaveYear, draft: Draft) {
        if !draft.minutes.is_zero() || !draft.months.is_empty() {
            self.add(leave_type, year, draft);
        }
    }

    /// Adds an entry, also one of nothing.
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
