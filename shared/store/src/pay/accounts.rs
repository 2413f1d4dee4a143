//! Time accounts: the ledgers of people with a pay profile that has an account.
//!
//! A person's account is one item with the balance, which the transactions that add entries update by the same seconds. The
//! entries have natural keys, so none is added twice. An index lists accounts by the last date that is booked, for the scheduled
//! job that books the dates that are over.

use std::collections::BTreeMap;

use domain::{
    calendar::WorkDate,
    day::DayChange,
    id::{EventId, UserId},
    leave::request::OpenLeave,
    pay::{AccountCause, AccountEntry, PayProfiles, contract_week},
    user::User,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    Commit, Condition, RepeatKey, Store, StoreError,
    attendance::AttendanceSnapshot,
    commit::{Expression, When, number, text},
    item::Item,
    keys::{self, Index, Key, VERSION},
    page::{Page, page_of},
    pay::codes::StoredPayCodes,
    read::{KeyRange, Range},
    stored_item::StoredItem,
    users::Deciders,
};

/// The number of entries that one query of a ledger reads.
const ENTRIES: usize = 400;

/// A person's time account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountRecord {
    /// The person.
    pub user_id: UserId,
    /// The sum of all entries in seconds.
    #[serde(default)]
    pub balance_seconds: i64,
    /// The last date that is booked.
    pub booked_through: WorkDate,
    /// The balance that was compared with the marks of the company's rules last; none before the first comparison.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compared_seconds: Option<i64>,
    /// The last date after which the company's rules took or paid time. It stays when dates are booked again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settled_through: Option<WorkDate>,
    /// The number of changes.
    #[serde(default)]
    pub version: u64,
}

impl AccountRecord {
    /// Returns the balance that was compared with the marks last.
    pub fn compared_seconds(&self) -> i64 {
        self.compared_seconds.unwrap_or(self.balance_seconds)
    }
}

/// An entry of a ledger as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredEntry {
    /// The id within the person's ledger. Ids begin with the date.
    pub id: String,
    /// The entry.
    #[serde(flatten)]
    pub entry: AccountEntry,
}

/// The items that showing and changing a person's account depends on, read at once.
#[derive(Debug)]
pub struct AccountSnapshot {
    /// The profile of the caller.
    pub caller: Option<User>,
    /// The person with their schedule, and the company's settings.
    pub attendance: AttendanceSnapshot,
    /// The number of people who can decide for everyone.
    pub deciders: Deciders,
    /// The person's pay profiles.
    pub profiles: PayProfiles,
    /// The account; none before the first profile with an account.
    pub account: Option<AccountRecord>,
    /// The person's pending and future leave.
    pub open_leave: OpenLeave,
    /// The company's pay codes.
    pub codes: StoredPayCodes,
}

/// The items that booking a person's dates depends on.
#[derive(Debug)]
pub struct BookingSnapshot {
    /// The person with their schedule and the stored days of the dates.
    pub attendance: AttendanceSnapshot,
    /// The person's pay profiles.
    pub profiles: PayProfiles,
    /// The account.
    pub account: Option<AccountRecord>,
    /// The company's pay codes.
    pub codes: StoredPayCodes,
}

/// Returns the id of an entry. `event` distinguishes entries that people add.
fn entry_id(entry: &AccountEntry, event: EventId) -> String {
    let date = entry.date;
    match &entry.cause {
        AccountCause::Day { revision } => format!("{date}#1-day#{revision:06}"),
        AccountCause::TimeOff { revision } => format!("{date}#2-time_off#{revision:06}"),
        AccountCause::Adjustment { .. } => format!("{date}#3-adjustment#{event}"),
        AccountCause::Payout { .. } => format!("{date}#4-payout#{event}"),
        AccountCause::Expiry => format!("{date}#5-expiry"),
        // A date that is booked again may exceed the cap once more.
        AccountCause::Cap { .. } => format!("{date}#6-cap#{event}"),
        AccountCause::Credit { revision } => format!("{date}#7-credit#{revision:06}"),
    }
}

impl BookingSnapshot {
    /// Returns the last date after which the company's rules took or paid time.
    pub fn settled_through(&self) -> Option<WorkDate> {
        self.account.as_ref()?.settled_through
    }
}

impl Store {
    /// Reads the items that showing and changing a person's account depends on. One BatchGetItem. The schedule is read for the
    /// years of `dates`.
    pub async fn account_snapshot(
        &self,
        caller: UserId,
        person: UserId,
        dates: Vec<WorkDate>,
        repeat: Option<&RepeatKey>,
        now: Timestamp,
    ) -> Result<AccountSnapshot, StoreError> {
        let (profiles, account, open) = (keys::pay_profiles(person), keys::account(person), keys::open_leave(person));
        let mut beside = vec![profiles.clone(), account.clone(), open.clone(), keys::admins(), keys::pay_codes()];
        beside.extend((caller != person).then(|| keys::profile(caller)));
        let (attendance, mut items) = self.attendance_basis_with(person, dates, beside, repeat, now).await?;
        let caller = match attendance.person.as_ref().filter(|_| caller == person) {
            Some(person) => Some(person.clone()),
            None => items.take(&keys::profile(caller))?,
        };
        Ok(AccountSnapshot {
            caller,
            deciders: items.take(&keys::admins())?.unwrap_or_default(),
            profiles: items.take(&profiles)?.unwrap_or_default(),
            account: items.take(&account)?,
            open_leave: items.take(&open)?.unwrap_or_default(),
            codes: items.take_pay_codes()?,
            attendance,
        })
    }

    /// Reads the items that booking a person's dates (at most 40) depends on. One BatchGetItem. The schedule is read for the whole
    /// weeks of the dates, because a contract's time is spread over them.
    pub async fn booking_snapshot(
        &self,
        user: UserId,
        dates: Vec<WorkDate>,
        now: Timestamp,
    ) -> Result<BookingSnapshot, StoreError> {
        let (profiles, account) = (keys::pay_profiles(user), keys::account(user));
        let beside = vec![profiles.clone(), account.clone(), keys::pay_codes()];
        let monday = dates.iter().min().map(|date| contract_week(*date).from);
        let sunday = dates.iter().max().map(|date| contract_week(*date).to);
        let dates = dates.into_iter().chain(monday).chain(sunday).collect();
        let (attendance, mut items) = self.attendance_basis_with(user, dates, beside, None, now).await?;
        Ok(BookingSnapshot {
            attendance,
            profiles: items.take(&profiles)?.unwrap_or_default(),
            account: items.take(&account)?,
            codes: items.take_pay_codes()?,
        })
    }

    /// Returns people whose accounts aren't booked through `date` yet, at most `limit`, those furthest behind first, with the
    /// last date that is booked. One Query. People leave the list when they are booked, so there is no cursor.
    pub async fn accounts_to_book(&self, date: WorkDate, limit: usize) -> Result<Vec<(UserId, WorkDate)>, StoreError> {
        let key_range = KeyRange {
            index: Some(Index::Gsi2),
            pk: keys::ACCOUNTS.to_owned(),
            // A sort key is the last date and the person's id, so all sort keys of earlier dates are less than the date.
            range: Range::Between("0".to_owned(), date.to_string()),
            descending: false,
            limit,
            after: None,
        };
        let read = |item: &StoredItem| {
            let head = item.head();
            let unreadable = || head.key.unreadable("no account's key");
            let (through, user) = head.sort_in(Index::Gsi2).split_once('#').ok_or_else(unreadable)?;
            Ok((user.parse().map_err(|_| unreadable())?, through.parse().map_err(|_| unreadable())?))
        };
        Ok(self.query_stored(key_range).await?.interpret(read)?.items)
    }

    /// Returns a person's account.
    pub async fn time_account(&self, user: UserId) -> Result<Option<AccountRecord>, StoreError> {
        self.get(keys::account(user)).await
    }

    /// Returns the accounts of people who have one. One BatchGetItem for each hundred people.
    pub async fn time_accounts(&self, users: &[UserId]) -> Result<BTreeMap<UserId, AccountRecord>, StoreError> {
        let keys: Vec<Key> = users.iter().copied().map(keys::account).collect();
        if keys.is_empty() {
            return Ok(BTreeMap::new());
        }
        let mut items = self.read_many(&keys).await?;
        let mut accounts = BTreeMap::new();
        for user in users {
            accounts.extend(items.take(&keys::account(*user))?.map(|account: AccountRecord| (*user, account)));
        }
        Ok(accounts)
    }

    /// Returns entries of a person's ledger, newest date first, at most `limit` before the entry `before`. One Query.
    pub async fn account_ledger(
        &self,
        user: UserId,
        before: Option<&str>,
        limit: usize,
    ) -> Result<Page<StoredEntry>, StoreError> {
        let key_range = KeyRange {
            index: None,
            pk: keys::user_partition(user),
            range: Range::Prefix(keys::ACCOUNT_ENTRY.to_owned()),
            descending: true,
            limit: limit + 1,
            after: before.map(|id| keys::account_entry(user, id).attributes()),
        };
        Ok(page_of(self.query(key_range).await?, limit))
    }

    /// Returns all entries of a person's ledger from a date on, oldest first. One Query for each MB.
    pub async fn account_entries_from(&self, user: UserId, from: WorkDate) -> Result<Vec<StoredEntry>, StoreError> {
        self.account_entries_in(user, from, "~").await
    }

    /// Returns the entries of a person's ledger from `from` to `to`, oldest first. One Query for each MB.
    pub async fn account_entries_between(
        &self,
        user: UserId,
        from: WorkDate,
        to: WorkDate,
    ) -> Result<Vec<StoredEntry>, StoreError> {
        self.account_entries_in(user, from, &format!("{to}~")).await
    }

    /// Returns the entries of a person's ledger from a date on whose ids aren't greater than `last`.
    async fn account_entries_in(
        &self,
        user: UserId,
        from: WorkDate,
        last: &str,
    ) -> Result<Vec<StoredEntry>, StoreError> {
        let key_range = KeyRange {
            index: None,
            pk: keys::user_partition(user),
            range: Range::Between(keys::account_entry(user, &from.to_string()).sk, keys::account_entry(user, last).sk),
            descending: false,
            limit: ENTRIES,
            after: None,
        };
        self.query_all(key_range).await
    }
}

impl Commit {
    /// Adds entries to a person's ledger and their sum to the balance. The commit fails if one of the entries exists.
    pub fn add_account_entries<'a>(
        &mut self,
        user: UserId,
        entries: impl IntoIterator<Item = &'a AccountEntry>,
    ) -> Result<(), StoreError> {
        let sum = self.put_account_entries(user, entries)?;
        let Some(sum) = sum else { return Ok(()) };
        self.update(&keys::account(user), balance_update(sum, ""), None, None)
    }

    /// Puts entries of a person's ledger. Returns their sum; none without entries.
    fn put_account_entries<'a>(
        &mut self,
        user: UserId,
        entries: impl IntoIterator<Item = &'a AccountEntry>,
    ) -> Result<Option<i64>, StoreError> {
        let event = self.stamp().event_id;
        let mut sum = None;
        for entry in entries {
            let stored = StoredEntry { id: entry_id(entry, event), entry: entry.clone() };
            let item = Item::new(keys::account_entry(user, &stored.id), &stored)?;
            self.put(item, When::Absent, Some(Condition::Version))?;
            *sum.get_or_insert(0) += entry.seconds;
        }
        Ok(sum)
    }

    /// Adds an entry that a manager makes, on condition that the account is unchanged since the read.
    pub fn add_account_entry(&mut self, account: &AccountRecord, entry: &AccountEntry) -> Result<(), StoreError> {
        let sum = self.put_account_entries(account.user_id, [entry])?.unwrap_or_default();
        let update = balance_update(sum, "SET #compared = :compared ");
        let update = compared(update, account.balance_seconds + sum);
        self.update(&keys::account(account.user_id), update, Some(unchanged(account)), Some(Condition::Version))
    }

    /// Notes that the balance was compared with the marks of the company's rules, on condition that the account is unchanged since
    /// the read.
    pub fn note_compared_balance(&mut self, account: &AccountRecord) -> Result<(), StoreError> {
        let update = compared(balance_update(0, "SET #compared = :compared "), account.balance_seconds);
        self.update(&keys::account(account.user_id), update, Some(unchanged(account)), Some(Condition::Version))
    }

    /// Books a person's dates through `through`: puts the days, and adds their entries and `others` to the ledger.
    pub fn book_account(
        &mut self,
        person: &User,
        account: &AccountRecord,
        changes: &[DayChange],
        others: &[AccountEntry],
        through: WorkDate,
    ) -> Result<(), StoreError> {
        self.change_days_without_account(person, changes)?;
        let entries = changes.iter().flat_map(DayChange::account_entries).chain(others);
        let sum = self.put_account_entries(person.id, entries)?.unwrap_or_default();
        let set = "SET #through = :through, #settled = :settled, #compared = :compared, #gsi2pk = :gsi2pk, #gsi2sk = :gsi2sk ";
        let settled = account.settled_through.map_or(through, |settled| settled.max(through));
        let index = keys::accounts_index(through, person.id);
        let update = compared(balance_update(sum, set), account.balance_seconds + sum)
            .name("#through", "booked_through")
            .name("#settled", "settled_through")
            .value(":settled", text(settled.to_string()))
            .name("#gsi2pk", Index::Gsi2.pk())
            .name("#gsi2sk", Index::Gsi2.sk())
            .value(":through", text(through.to_string()))
            .value(":gsi2pk", text(index.pk))
            .value(":gsi2sk", text(index.sk));
        self.update(&keys::account(person.id), update, Some(unchanged(account)), Some(Condition::Version))
    }

    /// Opens a person's account, or has dates from `from` on booked again, because a pay profile changed.
    pub fn open_account(
        &mut self,
        user: UserId,
        account: Option<&AccountRecord>,
        from: WorkDate,
    ) -> Result<(), StoreError> {
        let before = from.previous();
        match account {
            None => {
                let record = AccountRecord {
                    user_id: user,
                    balance_seconds: 0,
                    compared_seconds: Some(0),
                    booked_through: before,
                    settled_through: None,
                    version: 1,
                };
                let item = Item::new(keys::account(user), &record)?.indexed(keys::accounts_index(before, user));
                self.put(item, When::Absent, Some(Condition::Version))
            }
            Some(account) if account.booked_through <= before => Ok(()),
            Some(account) => {
                let index = keys::accounts_index(before, user);
                let update =
                    Expression::new("SET #through = :through, #gsi2pk = :gsi2pk, #gsi2sk = :gsi2sk ADD #version :one")
                        .name("#through", "booked_through")
                        .name("#gsi2pk", Index::Gsi2.pk())
                        .name("#gsi2sk", Index::Gsi2.sk())
                        .name("#version", VERSION)
                        .value(":through", text(before.to_string()))
                        .value(":gsi2pk", text(index.pk))
                        .value(":gsi2sk", text(index.sk))
                        .value(":one", number(1));
                self.update(&keys::account(user), update, Some(unchanged(account)), Some(Condition::Version))
            }
        }
    }

    /// Has dates from `from` on booked again, because the day of `from` is stored only now. A run that books dates at this moment
    /// hasn't read the day, so it fails and is repeated.
    pub fn book_late_day(&mut self, account: &AccountRecord, from: WorkDate) -> Result<(), StoreError> {
        if from <= account.booked_through {
            return self.open_account(account.user_id, Some(account), from);
        }
        let update = Expression::new("ADD #version :one").name("#version", VERSION).value(":one", number(1));
        self.update(&keys::account(account.user_id), update, Some(unchanged(account)), Some(Condition::Version))
    }

    /// Adds the condition that a person's account is unchanged since the read.
    pub fn check_account(&mut self, account: &AccountRecord) -> Result<(), StoreError> {
        let key = keys::account(account.user_id);
        if self.touches(&key) { Ok(()) } else { self.check_unchanged(&key, account.version) }
    }
}

/// Returns the update of an account by a sum of entries.
fn balance_update(sum: i64, set: &str) -> Expression {
    Expression::new(format!("{set}ADD #balance :sum, #version :one"))
        .name("#balance", "balance_seconds")
        .name("#version", VERSION)
        .value(":sum", number(sum))
        .value(":one", number(1))
}

/// Completes an update that sets the balance which was compared with the marks.
fn compared(update: Expression, balance_seconds: i64) -> Expression {
    update.name("#compared", "compared_seconds").value(":compared", number(balance_seconds))
}

fn unchanged(account: &AccountRecord) -> Expression {
    Expression::new("#version = :expected").name("#version", VERSION).value(":expected", number(account.version))
}
