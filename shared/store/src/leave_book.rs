//! The leave book: the items that a booking depends on, and the items that it writes.

use std::ops::RangeInclusive;

use domain::{
    calendar::{WorkDate, Zone},
    id::UserId,
    leave::{Balance, Balances, Booked, Booking, LeaveBook, LeaveTypes},
    schedule::LeaveTypeCode,
    settings::Settings,
    user::User,
};
use jiff::Timestamp;
use serde::Serialize;

use crate::{
    Commit, Condition, Store, StoreError,
    commit::When,
    item::Item,
    keys::{self, Key},
    read::Items,
    settings::{LedgerStarted, VersionedSettings},
};

/// The person, years and types of the balances to read.
#[derive(Debug, Clone)]
pub struct BookQuery {
    /// The person who has the balances.
    pub user: UserId,
    /// The leave years; see [`Balances::years_for`].
    pub years: RangeInclusive<i16>,
    /// The leave types.
    pub types: Vec<LeaveTypeCode>,
}

/// Returns the query of the balances that lateness on some dates is charged to, in any zone of the person.
pub(crate) fn annual_leave_around(user: UserId, dates: &[WorkDate], now: Timestamp) -> BookQuery {
    let today = Zone::UTC.date_of(now);
    let dates = dates.iter().copied().chain([today.previous(), today.next()]);
    BookQuery::annual(user, Balances::years_for(today, dates))
}

/// A person's leave book as it was read.
#[derive(Debug, Clone)]
pub struct StoredBook {
    /// The person's balances.
    pub balances: Balances,
    /// The company's leave types.
    pub types: LeaveTypes,
    /// Whether the company has ever booked an entry.
    pub is_started: bool,
}

/// The record that an entry was booked for a cause, which prevents a second entry.
#[derive(Debug, Serialize)]
struct BookedFor {
    /// The number of the entry in the ledger.
    number: u32,
}

impl BookQuery {
    /// Creates a query of the balances of annual leave.
    pub fn annual(user: UserId, years: RangeInclusive<i16>) -> Self {
        Self { user, years, types: vec![LeaveTypeCode::annual()] }
    }

    /// Returns the leave years that showing or changing a balance depends on: the present year, the earlier years that may
    /// have to be rolled over into it, and the next year. For a year before these, only that year itself, as it was booked.
    pub fn years_around(today: WorkDate, year: Option<i16>) -> RangeInclusive<i16> {
        let present = today.year() - 2..=today.year() + 1;
        match year {
            Some(year) if year < *present.start() => year..=year,
            Some(_) | None => present,
        }
    }

    /// Returns the keys of the book, for callers that read other items in the same call.
    pub(crate) fn keys(&self) -> Vec<Key> {
        [keys::leave_types(), keys::ledger_started()].into_iter().chain(self.balance_keys()).collect()
    }

    /// Returns the keys of the balances only.
    pub(crate) fn balance_keys(&self) -> impl Iterator<Item = Key> {
        let user = self.user;
        self.types
            .iter()
            .flat_map(move |leave_type| self.years.clone().map(move |year| keys::balance(user, year, leave_type)))
    }

    /// Takes out the items that were read under [`Self::keys`].
    pub(crate) fn take(&self, items: &mut Items) -> Result<StoredBook, StoreError> {
        let company = CompanyBook::take(items)?;
        self.take_beside(&company, items)
    }

    /// Does the same as [`Self::take`] if the company's part was already taken out: a decision about two people reads it
    /// once.
    pub(crate) fn take_beside(&self, company: &CompanyBook, items: &mut Items) -> Result<StoredBook, StoreError> {
        let CompanyBook { types, is_started } = company.clone();
        Ok(StoredBook { balances: self.take_balances(items)?, types, is_started })
    }

    /// Takes out the balances only.
    pub(crate) fn take_balances(&self, items: &mut Items) -> Result<Balances, StoreError> {
        let mut found: Vec<Balance> = Vec::new();
        for key in self.balance_keys() {
            found.extend(items.take(&key)?);
        }
        Ok(Balances::new(self.years.clone(), found))
    }
}

/// The part that all books of the company share.
#[derive(Debug, Clone)]
pub(crate) struct CompanyBook {
    types: LeaveTypes,
    is_started: bool,
}

impl CompanyBook {
    /// Takes out the company's part of the items that were read under [`BookQuery::keys`].
    pub(crate) fn take(items: &mut Items) -> Result<Self, StoreError> {
        Ok(Self {
            types: items.take(&keys::leave_types())?.unwrap_or_default(),
            is_started: items.take::<LedgerStarted>(&keys::ledger_started())?.is_some(),
        })
    }
}

impl StoredBook {
    /// Opens the book for booking.
    pub fn open<'a>(&'a self, person: &'a User, settings: &'a Settings, booking: Booking) -> LeaveBook<'a> {
        LeaveBook::new(person, settings, &self.types, self.balances.clone(), booking)
    }

    /// Returns the book of a new person without balances, with the company's part.
    pub fn of_nobody_yet(types: LeaveTypes, is_started: bool, years: RangeInclusive<i16>) -> Self {
        Self { balances: Balances::new(years, []), types, is_started }
    }
}

impl Store {
    /// Returns whether the company has ever booked an entry.
    pub(crate) async fn ledger_is_started(&self) -> Result<bool, StoreError> {
        Ok(self.get::<LedgerStarted>(keys::ledger_started()).await?.is_some())
    }

    /// Reads a person's leave book: one BatchGetItem.
    pub async fn stored_book(&self, query: &BookQuery) -> Result<StoredBook, StoreError> {
        query.take(&mut self.read(query.keys()).await?)
    }

    /// Reads the balances of many people: one BatchGetItem for each hundred. The company's part isn't read again: every book
    /// has the given types.
    pub async fn stored_books(&self, queries: &[BookQuery], types: &LeaveTypes) -> Result<Vec<StoredBook>, StoreError> {
        let wanted: Vec<Key> = queries.iter().flat_map(BookQuery::balance_keys).collect();
        let mut items = self.read_many(&wanted).await?;
        let mut book = |query: &BookQuery| {
            let stored = query.take(&mut items)?;
            Ok(StoredBook { types: types.clone(), ..stored })
        };
        queries.iter().map(&mut book).collect()
    }
}

impl Commit {
    /// Puts a booking: each balance on condition of the version that was read, and each entry once, by its number in the
    /// ledger and by its cause. `settings` are those that the booking used.
    pub fn book_leave(
        &mut self,
        user: UserId,
        booked: &Booked,
        stored: &StoredBook,
        settings: &VersionedSettings,
    ) -> Result<(), StoreError> {
        for balance in &booked.balances {
            let key = keys::balance(user, balance.year.year, &balance.leave_type);
            let before = When::Version(balance.version.saturating_sub(1));
            self.put(Item::next(key, balance)?, before, Some(Condition::Version))?;
        }
        for entry in &booked.entries {
            let key = keys::ledger_entry(user, entry.year, &entry.leave_type, entry.number);
            self.put(Item::new(key, entry)?, When::Absent, Some(Condition::Version))?;
            let booked_for = keys::booked_for(user, entry.year, &entry.leave_type, &entry.natural_key());
            self.put(
                Item::new(booked_for, &BookedFor { number: entry.number })?,
                When::Absent,
                Some(Condition::Version),
            )?;
        }
        if stored.is_started || booked.entries.is_empty() || self.touches(&keys::ledger_started()) {
            return Ok(());
        }
        self.start_ledger(settings)
    }

    /// Records that the ledger has started, together with the company's first entry. From then on the length of a leave day
    /// can't change. The commit has the condition that the length is still the one that the entry was computed with.
    fn start_ledger(&mut self, settings: &VersionedSettings) -> Result<(), StoreError> {
        let since = self.stamp().at;
        self.put(Item::new(keys::ledger_started(), &LedgerStarted { since })?, When::Always, None)?;
        self.check_unchanged(&keys::settings(), settings.version)
    }
}
