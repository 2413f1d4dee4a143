//! Days that have come due, by the job that examines them: the sparse index of deadlines. The cost depends on the number of
//! due days, not on the size of the company.

use domain::{calendar::WorkDate, day::Due, id::UserId};
use jiff::Timestamp;

use crate::{
    Store, StoreError,
    item::Attributes,
    keys::{self, Index},
    read::{Found, KeyRange, Range},
    stored_item::StoredItem,
};

/// Days of one shard that have come due.
#[derive(Debug)]
pub struct DuePage {
    /// The people and dates of the days, longest overdue first.
    pub days: Vec<(UserId, WorkDate)>,
    /// The position of the next page; absent at the end.
    pub next: Option<DuePosition>,
}

/// The position at which a shard's list of due days continues.
#[derive(Debug, Clone)]
pub struct DuePosition(Attributes);

impl Store {
    /// Returns days of a shard (of [`keys::DUE_SHARDS`]) that have come due until `now`, at most `limit` from `after` on.
    /// One Query. The index lags behind writes by a moment, so a listed day may have been examined already.
    pub async fn due(
        &self,
        due: Due,
        shard: u8,
        now: Timestamp,
        after: Option<DuePosition>,
        limit: usize,
    ) -> Result<DuePage, StoreError> {
        let key_range = KeyRange {
            index: Some(Index::Gsi2),
            pk: keys::due_index_partition(due, shard),
            range: Range::Between("0".to_owned(), keys::due_until(now)),
            descending: false,
            limit,
            after: after.map(|DuePosition(key)| key),
        };
        let Found { items, next } = self.query_stored(key_range).await?;
        let day = |item: &StoredItem| {
            let key = item.head().key;
            keys::day_of(&key).ok_or_else(|| key.unreadable("no day's key"))
        };
        Ok(DuePage { days: items.iter().map(day).collect::<Result<_, _>>()?, next: next.map(DuePosition) })
    }
}
