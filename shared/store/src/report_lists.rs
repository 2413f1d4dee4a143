//! The data of reports: all people's totals of a month and department, all people's lines of a date and department, and one
//! person's months. Each is a range of one partition, which is read to its end. No report reads person by person.

use domain::{
    calendar::WorkDate,
    day::{BoardRow, Month, MonthTotals},
    department::Department,
    id::{DepartmentId, UserId},
    text::Name,
};
use serde::{Deserialize, de::DeserializeOwned};

use crate::{
    Store, StoreError,
    board::BoardItem,
    keys::{self, Index, Key},
    read::{KeyRange, Range},
    stored_item::StoredItem,
};

/// A limit larger than any query result: a query ends at 1 MB.
const WHOLE: usize = 100_000;

/// A person's totals of a month in a department.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MonthLine {
    /// The person.
    pub user_id: UserId,
    /// The person's name when the totals were last changed.
    pub full_name: Name,
    /// The totals.
    pub totals: MonthTotals,
}

/// A person's day in a department.
#[derive(Debug, Clone, PartialEq)]
pub struct DayLine {
    /// The person.
    pub user_id: UserId,
    /// The person's name when the day was last changed.
    pub full_name: Name,
    /// The board's row of the day.
    pub row: BoardRow,
    /// The part of the day that the month's totals include.
    pub counted: MonthTotals,
}

/// A person's totals of a month in one of their departments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonMonth {
    /// The first date of the month.
    pub first: WorkDate,
    /// The department.
    pub department_id: Option<DepartmentId>,
    /// The totals.
    pub totals: MonthTotals,
}

/// The totals of a month as the index projects them.
#[derive(Debug, Deserialize)]
struct MonthItem {
    pk: String,
    sk: String,
    row: MonthRow,
    #[serde(flatten)]
    totals: MonthTotals,
}

/// The fields that the month's index projects in addition to the totals.
#[derive(Debug, Deserialize)]
struct MonthRow {
    full_name: Name,
}

/// A day as the index projects it.
#[derive(Debug, Deserialize)]
struct DayItem {
    row: BoardItem,
}

impl Store {
    /// Returns the totals of a month and department, in the order of ids, at most `most`. One Query for each MB, which is
    /// about two thousand people.
    pub async fn month_lines(
        &self,
        month: Month,
        department: Option<DepartmentId>,
        most: usize,
    ) -> Result<Vec<MonthLine>, StoreError> {
        let pk = keys::months_index_partition(month, department);
        let line = |MonthItem { pk, sk, row, totals }| {
            let key = Key { pk, sk };
            let user_id = keys::owner_of(&key).ok_or_else(|| key.unreadable("nobody's month"))?;
            Ok(MonthLine { user_id, full_name: row.full_name, totals })
        };
        self.listed(pk, most, line).await
    }

    /// Returns the days of a date and department, in the order of names, at most `most`. One Query for each MB, which is
    /// about two thousand people.
    pub async fn day_lines(
        &self,
        date: WorkDate,
        department: Option<DepartmentId>,
        most: usize,
    ) -> Result<Vec<DayLine>, StoreError> {
        let line = |DayItem { row: BoardItem { user_id, full_name, row, counted } }| {
            Ok(DayLine { user_id, full_name, row, counted })
        };
        self.listed(keys::board_index_partition(date, department), most, line).await
    }

    /// Returns a person's totals of some months, in order. A month in several departments has an entry for each. One Query.
    pub async fn person_months(&self, user: UserId, first: Month, last: Month) -> Result<Vec<PersonMonth>, StoreError> {
        let (from, to) = keys::months_between(first, last);
        let key_range = KeyRange {
            index: None,
            pk: keys::user_partition(user),
            range: Range::Between(from, to),
            descending: false,
            limit: WHOLE,
            after: None,
        };
        let month = |item: &StoredItem| {
            let key = item.head().key;
            let first = keys::first_of_month(&key).ok_or_else(|| key.unreadable("no month's key"))?;
            let department_id = keys::department_of_month(&key);
            Ok(PersonMonth { first, department_id, totals: item.read()? })
        };
        self.query_whole(key_range, month).await
    }

    /// Returns all present and former departments. Two Queries.
    pub async fn departments_ever(&self) -> Result<Vec<Department>, StoreError> {
        let (now, former) = tokio::try_join!(
            self.departments_below(keys::DEPARTMENT),
            self.departments_below(keys::FORMER_DEPARTMENT)
        )?;
        Ok(now.into_iter().chain(former).collect())
    }

    async fn departments_below(&self, prefix: &str) -> Result<Vec<Department>, StoreError> {
        let key_range = KeyRange {
            index: None,
            pk: keys::ORG.to_owned(),
            range: Range::Prefix(prefix.to_owned()),
            descending: false,
            limit: WHOLE,
            after: None,
        };
        self.query_all(key_range).await
    }

    /// Returns the items of an index partition from its beginning.
    async fn listed<I: DeserializeOwned, T>(
        &self,
        pk: String,
        most: usize,
        line: impl Fn(I) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        let mut lines = Vec::new();
        let mut after = None;
        loop {
            let limit = most.saturating_sub(lines.len()).clamp(1, WHOLE);
            let key_range = KeyRange {
                index: Some(Index::Gsi1),
                pk: pk.clone(),
                range: Range::All,
                descending: false,
                limit,
                after,
            };
            let found = self.query_directly(key_range).await?;
            for item in found.items {
                lines.push(line(item)?);
            }
            after = found.next;
            if after.is_none() || lines.len() >= most {
                return Ok(lines);
            }
        }
    }
}
