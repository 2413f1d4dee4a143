//! The people who have a timesheet of a pay period.
//!
//! Most of them are known by their profile: they track attendance and are employed in the period
//! ([`PayPeriod::includes`]). Others have a timesheet because of what is stored for them: work, a signature, an unpaid
//! difference, or a payout of their time account. Somebody who left in November is paid a difference of November with the
//! timesheet of December.

use std::collections::BTreeSet;

use domain::{
    id::UserId,
    pay::{PayPeriod, Timesheet, TimesheetStatus},
    user::User,
};
use futures_util::{StreamExt, TryStreamExt, stream};

use crate::{
    Store, StoreError,
    keys::{self, Key},
    pay::closing::ChangedDates,
    people_lists::{ListScope, PeoplePage, Position},
};

/// The number of people whose entries and days are read at the same time.
const CONCURRENCY: usize = 8;

impl Store {
    /// Returns at most `limit` people of the scope from `position` on who have a timesheet of a period. A page can have fewer
    /// people than `limit` and a next page. It takes the calls of [`Store::people`]. If there are people who left up to 400 days
    /// before the period, or who don't track attendance, it takes one BatchGetItem for each 25 of them, and up to two
    /// Queries for each.
    pub async fn people_of_period(
        &self,
        scope: &ListScope,
        position: Option<Position>,
        limit: usize,
        period: PayPeriod,
    ) -> Result<PeoplePage, StoreError> {
        let wanted = |person: &User| period.includes(person) || period.may_concern(person);
        let mut page = self.people(scope, position, limit, wanted, true).await?;
        // A person who is moved while the departments are read can be on the page twice.
        let mut seen = BTreeSet::new();
        page.people.retain(|person| seen.insert(person.id));
        let others: Vec<UserId> =
            page.people.iter().filter(|person| !period.includes(person)).map(|person| person.id).collect();
        if !others.is_empty() {
            let concerned = self.concerned_by(&others, period).await?;
            page.people.retain(|person| period.includes(person) || concerned.contains(&person.id));
        }
        Ok(page)
    }

    /// Returns those of the people for whom something is stored that a timesheet of the period pays or keeps.
    async fn concerned_by(&self, people: &[UserId], period: PayPeriod) -> Result<BTreeSet<UserId>, StoreError> {
        let items_of = |person: UserId| -> [Key; 4] {
            [
                keys::timesheet(person, period),
                keys::changed_dates(person),
                keys::account(person),
                keys::presence(person),
            ]
        };
        let wanted: Vec<Key> = people.iter().copied().flat_map(items_of).collect();
        let mut items = self.read_many(&wanted).await?;
        let (mut concerned, mut unknown) = (BTreeSet::new(), Vec::new());
        for person in people.iter().copied() {
            let [timesheet, changed, account, presence] = items_of(person);
            let timesheet: Option<Timesheet> = items.take(&timesheet)?;
            let changed: ChangedDates = items.take(&changed)?.unwrap_or_default();
            let has_account = items.take_stored(&account).is_some();
            // Somebody without either has no stored work of a period: each punch and each edit of an earlier date writes one of them.
            let may_have_worked = items.take_stored(&presence).is_some() || changed.version > 0;
            let is_signed = timesheet.is_some_and(|timesheet| timesheet.status != TimesheetStatus::Open);
            if is_signed || changed.dates.first().is_some_and(|first| *first < period.first()) {
                concerned.insert(person);
            } else if has_account || may_have_worked {
                unknown.push((person, has_account));
            }
        }
        let found = stream::iter(unknown)
            .map(|(person, has_account)| async move {
                let has_time = (has_account && self.has_paid_entry(person, period).await?)
                    || self.has_worked(person, period).await?;
                Ok::<_, StoreError>(has_time.then_some(person))
            })
            .buffer_unordered(CONCURRENCY);
        concerned.extend(found.try_collect::<Vec<_>>().await?.into_iter().flatten());
        Ok(concerned)
    }

    /// Returns whether the time account of a person has an entry in the period that payroll pays.
    async fn has_paid_entry(&self, person: UserId, period: PayPeriod) -> Result<bool, StoreError> {
        let entries = self.account_entries_between(person, period.first(), period.last()).await?;
        Ok(entries.iter().any(|stored| stored.entry.cause.paid_code().is_some()))
    }

    async fn has_worked(&self, person: UserId, period: PayPeriod) -> Result<bool, StoreError> {
        let days = self.all_days(person, period.first(), period.last()).await?;
        Ok(days.iter().any(|day| !day.sessions().is_empty()))
    }
}
