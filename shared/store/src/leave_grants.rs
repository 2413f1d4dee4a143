//! What someone is granted in the transaction that activates them, and what a changed profile changes of it.

use domain::{
    audit::Actor,
    calendar::WorkDate,
    event::Fact,
    leave::{Balances, Booked, Booking, LeaveTypes},
    user::User,
};
use jiff::Timestamp;

use crate::{
    Commit, Store, StoreError,
    leave_book::{BookQuestion, StoredBook},
    settings::VersionedSettings,
};

/// How many days ahead the beginning of someone's work is looked at: a grant is booked at most twelve months ahead.
const DAYS_AHEAD: i32 = 366;

/// Leave that is granted, or granted otherwise.
#[derive(Debug)]
pub struct Grants {
    stored: StoredBook,
    booked: Booked,
}

impl Grants {
    /// What somebody who is made active at once is granted: they have no balances yet.
    pub fn of_newcomer(
        person: &User,
        settings: &VersionedSettings,
        types: LeaveTypes,
        ledger_started: bool,
        today: WorkDate,
        (by, at): (Actor, Timestamp),
    ) -> Self {
        let stored =
            StoredBook::of_nobody_yet(types, ledger_started, Balances::years_for(today, begins(person, today)));
        Self::booked(stored, person, settings, Booking { at, today, by })
    }

    /// What is due to somebody as their profile is now: everything that hasn't been granted yet, and the difference where
    /// their date of hiring or their allowance changed. Nothing twice. One BatchGetItem.
    pub async fn of_changed(
        store: &Store,
        person: &User,
        settings: &VersionedSettings,
        types: &LeaveTypes,
        today: WorkDate,
        (by, at): (Actor, Timestamp),
    ) -> Result<Self, StoreError> {
        // The next year may have been granted already.
        let years = Balances::years_for(today, [today.plus_days(DAYS_AHEAD)]);
        let stored = store.stored_book(&BookQuestion { user: person.id, years, types: types.counted() }).await?;
        Ok(Self::booked(stored, person, settings, Booking { at, today, by }))
    }

    fn booked(stored: StoredBook, person: &User, settings: &VersionedSettings, booking: Booking) -> Self {
        let mut book = stored.open(person, &settings.settings, booking);
        book.grant_anew();
        let booked = book.finish();
        Self { stored, booked }
    }

    /// What happened to the balances, for the event of the change.
    pub fn facts(&self) -> &[Fact] {
        &self.booked.facts
    }
}

/// From when on someone works, as far as it matters to what is granted now.
fn begins(person: &User, today: WorkDate) -> Option<WorkDate> {
    let begins = person.employments.first_within(today, WorkDate::MAX)?;
    Some(begins.min(today.plus_days(DAYS_AHEAD)))
}

impl Commit {
    /// Puts what is granted.
    pub fn grant_leave(
        &mut self,
        person: &User,
        grants: &Grants,
        settings: &VersionedSettings,
    ) -> Result<(), StoreError> {
        self.book_leave(person.id, &grants.booked, &grants.stored, settings)
    }
}
