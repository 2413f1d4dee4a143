//! The cost of late punches. Each month of them is one item. Edits read it, and punches only if their decision depends on it. All changes
//! that affect the lateness of a day write it.

use std::collections::BTreeMap;

use domain::{
    audit::Actor,
    day::{DayChange, Month},
    event::Fact,
    id::UserId,
    lateness::{LateMonth, follow_days},
    leave::{Booked, Booking, LeaveDayLength},
    user::User,
};
use jiff::Timestamp;

use crate::{
    Commit, Condition, StoreError, attendance::AttendanceSnapshot, commit::When, item::Item, keys,
    leave_book::StoredBook,
};

/// The effects of changed days on the cost of lateness.
#[derive(Debug)]
pub(crate) struct LateCosts<'a> {
    months: BTreeMap<Month, LateMonth>,
    booked: Booked,
    attendance: &'a AttendanceSnapshot,
    book: &'a StoredBook,
}

impl<'a> LateCosts<'a> {
    /// Computes the effects of changes of a person's days. The month items and the balances were read together with the
    /// days.
    pub(crate) fn of(
        attendance: &'a AttendanceSnapshot,
        book: &'a StoredBook,
        person: &User,
        changes: &[DayChange],
        by: Actor,
        now: Timestamp,
    ) -> Self {
        let settings = &attendance.settings.settings;
        let booking = Booking { at: now, today: attendance.planner(person).today(now), by };
        let mut open = book.open(person, settings, booking);
        let months = follow_days(&attendance.late_months, changes, &mut open, LeaveDayLength::of(settings), now);
        Self { months, booked: open.finish(), attendance, book }
    }

    /// Returns the facts about the balance, for the event of the change.
    pub(crate) fn facts(&self) -> &[Fact] {
        &self.booked.facts
    }
}

impl Commit {
    /// Puts months of late punches, and books the difference of their costs.
    pub(crate) fn charge_lateness(&mut self, user: UserId, costs: &LateCosts<'_>) -> Result<(), StoreError> {
        self.put_late_months(user, &costs.months)?;
        self.book_leave(user, &costs.booked, costs.book, &costs.attendance.settings)
    }

    /// Puts months of late punches; each already has its next version.
    pub(crate) fn put_late_months(
        &mut self,
        user: UserId,
        months: &BTreeMap<Month, LateMonth>,
    ) -> Result<(), StoreError> {
        for (month, after) in months {
            let before = When::Version(after.version.saturating_sub(1));
            self.put(Item::next(keys::late_month(user, *month), after)?, before, Some(Condition::Version))?;
        }
        Ok(())
    }
}
