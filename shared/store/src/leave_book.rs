//! The leave book: what something is booked on, and what booking it writes.

use std::ops::RangeInclusive;

use domain::{
    calendar::WorkDate,
    id::UserId,
    leave::{Balance, Balances, Booked, Booking, LeaveBook, LeaveTypes},
    schedule::LeaveTypeCode,
    settings::Settings,
    user::User,
};
use serde::Serialize;

use crate::{
    Commit, Guard, Store, StoreError,
    commit::When,
    item::Item,
    keys::{self, Key},
    read::Items,
    settings::{LedgerStarted, VersionedSettings},
};

/// Which of a person's balances.
#[derive(Debug, Clone)]
pub struct BookQuery {
    /// Whose.
    pub user: UserId,
    /// Of which leave years: see [`Balances::years_for`].
    pub years: RangeInclusive<i16>,
    /// Of which types.
    pub types: Vec<LeaveTypeCode>,
}

/// What was read of a person's leave book.
#[derive(Debug, Clone)]
pub struct StoredBook {
    /// Their balances.
    pub balances: Balances,
    /// The company's types of leave.
    pub types: LeaveTypes,
    /// Whether anything was ever booked in the company.
    pub is_started: bool,
}

/// Stands for an entry under what it was booked for, so that nothing is booked twice.
#[derive(Debug, Serialize)]
struct BookedFor {
    /// The entry's place in the ledger.
    number: u32,
}

impl BookQuery {
    /// The balances of annual leave.
    pub fn annual(user: UserId, years: RangeInclusive<i16>) -> Self {
        Self { user, years, types: vec![LeaveTypeCode::annual()] }
    }

    /// The leave years that are read to show or to change one: the present one with those that may have to be turned into
    /// it, and the next. Of a year before these only itself, as it was booked.
    pub fn years_around(today: WorkDate, year: Option<i16>) -> RangeInclusive<i16> {
        let present = today.year() - 2..=today.year() + 1;
        match year {
            Some(year) if year < *present.start() => year..=year,
            Some(_) | None => present,
        }
    }

    /// The keys to be read, for those who read other things with the same call.
    pub(crate) fn keys(&self) -> Vec<Key> {
        [keys::leave_types(), keys::ledger_started()].into_iter().chain(self.balance_keys()).collect()
    }

    /// The keys of the balances alone.
    pub(crate) fn balance_keys(&self) -> impl Iterator<Item = Key> {
        let user = self.user;
        self.types
            .iter()
            .flat_map(move |leave_type| self.years.clone().map(move |year| keys::balance(user, year, leave_type)))
    }

    /// Takes what was read under [`Self::keys`] out.
    pub(crate) fn take(&self, items: &mut Items) -> Result<StoredBook, StoreError> {
        let company = CompanyBook::take(items)?;
        self.take_beside(&company, items)
    }

    /// [`Self::take`] where what is the company's was taken out already: a decision about two people has it once.
    pub(crate) fn take_beside(&self, company: &CompanyBook, items: &mut Items) -> Result<StoredBook, StoreError> {
        let CompanyBook { types, is_started } = company.clone();
        Ok(StoredBook { balances: self.take_balances(items)?, types, is_started })
    }

    /// Takes the balances alone out.
    pub(crate) fn take_balances(&self, items: &mut Items) -> Result<Balances, StoreError> {
        let mut found: Vec<Balance> = Vec::new();
        for key in self.balance_keys() {
            found.extend(items.take(&key)?);
        }
        Ok(Balances::new(self.years.clone(), found))
    }
}

/// What every book of the company has in common.
#[derive(Debug, Clone)]
pub(crate) struct CompanyBook {
    types: LeaveTypes,
    is_started: bool,
}

impl CompanyBook {
    /// Takes it out of what was read under [`BookQuery::keys`].
    pub(crate) fn take(items: &mut Items) -> Result<Self, StoreError> {
        Ok(Self {
            types: items.take(&keys::leave_types())?.unwrap_or_default(),
            is_started: items.take::<LedgerStarted>(&keys::ledger_started())?.is_some(),
        })
    }
}

impl StoredBook {
    /// The book, to book in.
    pub fn open<'a>(&'a self, person: &'a User, settings: &'a Settings, booking: Booking) -> LeaveBook<'a> {
        LeaveBook::new(person, settings, &self.types, self.balances.clone(), booking)
    }

    /// The book of somebody who has none yet, with what `read` found of the company.
    pub fn of_nobody_yet(types: LeaveTypes, is_started: bool, years: RangeInclusive<i16>) -> Self {
        Self { balances: Balances::new(years, []), types, is_started }
    }
}

impl Store {
    /// Whether anything was ever booked in the company.
    pub(crate) async fn ledger_is_started(&self) -> Result<bool, StoreError> {
        Ok(self.get::<LedgerStarted>(keys::ledger_started()).await?.is_some())
    }

    /// A person's balances: one BatchGetItem.
    pub async fn stored_book(&self, question: &BookQuery) -> Result<StoredBook, StoreError> {
        question.take(&mut self.read(question.keys()).await?)
    }

    /// The balances of many people: one BatchGetItem for each hundred. What is the company's isn't read again: every book
    /// has the types given.
    pub async fn stored_books(
        &self,
        questions: &[BookQuery],
        types: &LeaveTypes,
    ) -> Result<Vec<StoredBook>, StoreError> {
        let wanted: Vec<Key> = questions.iter().flat_map(BookQuery::balance_keys).collect();
        let mut items = self.read_many(&wanted).await?;
        let mut book = |question: &BookQuery| {
            let stored = question.take(&mut items)?;
            Ok(StoredBook { types: types.clone(), ..stored })
        };
        questions.iter().map(&mut book).collect()
    }
}

impl Commit {
    /// Puts what was booked: each balance under the version that was read, each entry once, by its place in the ledger and
    /// by what it was booked for. `settings` are those that it was booked by.
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
            self.put(Item::next(key, balance)?, before, Some(Guard::Version))?;
        }
        for entry in &booked.entries {
            let key = keys::ledger_entry(user, entry.year, &entry.leave_type, entry.number);
            self.put(Item::new(key, entry)?, When::Absent, Some(Guard::Version))?;
            let booked_for = keys::booked_for(user, entry.year, &entry.leave_type, &entry.natural_key());
            self.put(Item::new(booked_for, &BookedFor { number: entry.number })?, When::Absent, Some(Guard::Version))?;
        }
        if stored.is_started || booked.entries.is_empty() || self.touches(&keys::ledger_started()) {
            return Ok(());
        }
        self.start_ledger(settings)
    }

    /// With the company's first entry: from now on the length of a leave day is fixed. It must still be what the entry was
    /// counted by.
    fn start_ledger(&mut self, settings: &VersionedSettings) -> Result<(), StoreError> {
        let since = self.stamp().at;
        self.put(Item::new(keys::ledger_started(), &LedgerStarted { since })?, When::Always, None)?;
        self.check_unchanged(&keys::settings(), settings.version)
    }
}
