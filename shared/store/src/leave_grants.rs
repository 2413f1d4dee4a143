//! What someone is granted in the transaction that activates them, what a changed profile changes of it, and what is settled
//! of it when they leave.

use domain::{
    audit::Actor,
    calendar::WorkDate,
    event::Fact,
    id::UserId,
    leave::{Balances, Booked, Booking, LeaveTypes},
    schedule::SiteBook,
    user::User,
};
use jiff::Timestamp;

use crate::{
    Commit, Store, StoreError, keys,
    leave_book::{BookQuery, StoredBook},
    settings::VersionedSettings,
    sites::VersionedSiteBook,
};

/// How many days ahead the beginning of someone's work is looked at: a grant is booked at most twelve months ahead.
const DAYS_AHEAD: i32 = 366;

/// Leave that is granted, or granted otherwise.
#[derive(Debug)]
pub struct Grants {
    stored: StoredBook,
    booked: Booked,
}

/// A person's profile, with what of the company their grants depend on.
#[derive(Debug)]
pub struct GrantSnapshot {
    /// The profile; none where the id is nobody's.
    pub person: Option<User>,
    /// The company's settings.
    pub settings: VersionedSettings,
    /// All sites.
    pub sites: SiteBook,
    /// The types of leave.
    pub leave_types: LeaveTypes,
}

impl Store {
    /// What the grants of someone who has left are settled on, besides their balances. One BatchGetItem.
    pub async fn grant_snapshot(&self, person: UserId) -> Result<GrantSnapshot, StoreError> {
        let profile = keys::profile(person);
        let wanted = [profile.clone(), keys::settings(), keys::site_book(), keys::leave_types()];
        let mut items = self.read(wanted).await?;
        Ok(GrantSnapshot {
            person: items.take(&profile)?,
            settings: items.take(&keys::settings())?.unwrap_or_default(),
            sites: items.take::<VersionedSiteBook>(&keys::site_book())?.unwrap_or_default().book,
            leave_types: items.take(&keys::leave_types())?.unwrap_or_default(),
        })
    }
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
        let stored = store.stored_book(&BookQuery { user: person.id, years, types: types.counted() }).await?;
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
    /// Puts what is granted, on condition that the profile is as it was read.
    pub fn grant_leave(
        &mut self,
        person: &User,
        grants: &Grants,
        settings: &VersionedSettings,
    ) -> Result<(), StoreError> {
        self.guard_person(person)?;
        self.book_leave(person.id, &grants.booked, &grants.stored, settings)
    }
}
