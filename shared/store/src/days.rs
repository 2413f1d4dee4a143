//! Lists of a person's days.

use std::collections::BTreeSet;

use domain::{
    calendar::WorkDate,
    day::{Day, Month, MonthTotals},
    id::{DepartmentId, UserId},
    user::User,
};

use crate::{
    Store, StoreError,
    keys::{self, Index, Key},
    page::{Page, page_of},
    preserve::is_preserving,
    read::{KeyRange, Range},
    stored_item::StoredItem,
};

/// The number of month items of a year that one query reads. No person has more, however often they change departments.
const MONTHS: usize = 200;

impl Store {
    /// Returns a person's stored days from `from` to `to`, newest first, at most `limit` of those before `before`. One
    /// Query.
    pub async fn days(
        &self,
        user: UserId,
        from: WorkDate,
        to: WorkDate,
        before: Option<WorkDate>,
        limit: usize,
    ) -> Result<Page<Day>, StoreError> {
        let sort_key = |date| keys::day(user, date).sk;
        let key_range = KeyRange {
            index: None,
            pk: keys::user_partition(user),
            range: Range::Between(sort_key(from), sort_key(to)),
            descending: true,
            limit: limit + 1,
            after: before.map(|date| keys::day(user, date).attributes()),
        };
        // Only work that may replace the days must know them as they are stored.
        let found = if is_preserving() { self.query(key_range).await? } else { self.query_directly(key_range).await? };
        Ok(page_of(found, limit))
    }

    /// Returns the stored days of those people and dates, at most 100. One BatchGetItem.
    pub async fn days_of(&self, wanted: &BTreeSet<(UserId, WorkDate)>) -> Result<Vec<Day>, StoreError> {
        let keys: Vec<Key> = wanted.iter().map(|(user, date)| keys::day(*user, *date)).collect();
        let mut items = self.read(keys.clone()).await?;
        keys.iter().filter_map(|key| items.take(key).transpose()).collect()
    }

    /// Returns the profiles of those people and the stored days of those people and dates, at most 100 together. One
    /// BatchGetItem.
    pub async fn people_and_days(
        &self,
        people: BTreeSet<UserId>,
        days: impl IntoIterator<Item = (UserId, WorkDate)>,
    ) -> Result<(Vec<User>, Vec<Day>), StoreError> {
        let people: Vec<Key> = people.into_iter().map(keys::profile).collect();
        let days: BTreeSet<Key> = days.into_iter().map(|(user, date)| keys::day(user, date)).collect();
        let mut items = self.read(people.iter().chain(&days).cloned()).await?;
        let people = people.iter().filter_map(|key| items.take(key).transpose()).collect::<Result<_, _>>()?;
        let days = days.iter().filter_map(|key| items.take(key).transpose()).collect::<Result<_, _>>()?;
        Ok((people, days))
    }

    /// Returns all of a person's stored days from `from` to `to`, newest first. One Query for each MB of days; one for a
    /// month.
    pub async fn all_days(&self, user: UserId, from: WorkDate, to: WorkDate) -> Result<Vec<Day>, StoreError> {
        let dates = usize::try_from(to.days_since(from) + 1).unwrap_or_default();
        let mut days: Vec<Day> = Vec::new();
        loop {
            let page = self.days(user, from, to, days.last().map(Day::date), dates).await?;
            days.extend(page.items);
            if !page.more {
                return Ok(days);
            }
        }
    }

    /// Returns a person's totals of each month of a year, with the first date of the month. A month that was worked in
    /// several departments has an entry for each. One Query.
    pub async fn months_of_year(&self, user: UserId, year: i16) -> Result<Vec<(WorkDate, MonthTotals)>, StoreError> {
        let key_range = KeyRange {
            index: None,
            pk: keys::user_partition(user),
            range: Range::Prefix(keys::months_of(year)),
            descending: false,
            limit: MONTHS,
            after: None,
        };
        let month = |item: &StoredItem| {
            let key = item.head().key;
            let month = keys::first_of_month(&key).ok_or_else(|| key.unreadable("no month's key"))?;
            Ok((month, item.read()?))
        };
        self.query_whole(key_range, month).await
    }

    /// Returns up to `limit` people with totals of that month in a department, from `after` on in the order of their ids.
    /// With a random `after`, the result is a sample. One Query.
    pub async fn people_of_month(
        &self,
        month: Month,
        department: Option<DepartmentId>,
        after: UserId,
        limit: usize,
    ) -> Result<Vec<UserId>, StoreError> {
        let from = keys::months_index(month, department, after);
        let key_range = KeyRange {
            index: Some(Index::Gsi1),
            pk: from.pk,
            range: Range::Between(from.sk, "~".to_owned()),
            descending: false,
            limit,
            after: None,
        };
        let found = self.query_stored(key_range).await?;
        Ok(found.items.iter().filter_map(|item| keys::owner_of(&item.head().key)).collect())
    }
}
