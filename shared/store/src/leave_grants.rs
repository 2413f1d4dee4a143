//! Leave grants: those in the transaction that activates a person, the differences when a profile changes, and the
//! settlement when a person leaves.

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

/// The number of days ahead in which a person's first working day counts. A grant is booked at most twelve months ahead.
const DAYS_AHEAD: i32 = 366;

/// Granted leave, or changes of granted leave.
#[derive(Debug)]
pub struct Grants {
    stored: StoredBook,
    booked: Booked,
}

/// A person's profile, with the company's data that their grants depend on.
#[derive(Debug)]
pub struct GrantSnapshot {
    /// The profile; none if no person has the id.
    pub person: Option<User>,
    /// The company's settings.
    pub settings: VersionedSettings,
    /// All sites.
    pub sites: SiteBook,
    /// The types of leave.
    pub leave_types: LeaveTypes,
}

impl Store {
    /// Reads the items, besides the balances, that the settlement of a person's grants depends on after they leave. One
    /// BatchGetItem.
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
    /// Returns the grants of a person who becomes active at once and has no balances yet.
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

    /// Returns the leave that is due to a person by their present profile: all that hasn't been granted yet, and the
    /// difference if their hire date or allowance changed. No grant is booked twice. One BatchGetItem.
    pub async fn of_changed(
        store: &Store,
        person: &User,
        settings: &VersionedSettings,
        types: &LeaveTypes,
        today: WorkDate,
        (by, at): (Actor, Timestamp),
    ) -> Result<Self, StoreError> {
        // The next year's leave may already be granted.
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

    /// Returns the facts about the balances, for the event of the change.
    pub fn facts(&self) -> &[Fact] {
        &self.booked.facts
    }
}

/// Returns the first date from `today` on that a person is employed on, at most [`DAYS_AHEAD`] days ahead.
fn begins(person: &User, today: WorkDate) -> Option<WorkDate> {
    let begins = person.employments.first_within(today, WorkDate::MAX)?;
    Some(begins.min(today.plus_days(DAYS_AHEAD)))
}

impl Commit {
    /// Puts the grants, on condition that the profile is unchanged since the read.
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
