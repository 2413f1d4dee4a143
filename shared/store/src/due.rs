//! What has come due, by who looks at it: the sparse index of deadlines. Its cost goes with what is due, not with the
//! company.

use domain::{calendar::WorkDate, day::Due, id::UserId};
use jiff::Timestamp;

use crate::{
    Store, StoreError,
    item::Attributes,
    keys::{self, Index, Key},
    read::{Found, KeyRange, Range},
};

/// Days that have come due, of one shard.
#[derive(Debug)]
pub struct DuePage {
    /// Whose, and of which dates, the longest overdue first.
    pub days: Vec<(UserId, WorkDate)>,
    /// Where to go on; absent at the end.
    pub next: Option<DuePosition>,
}

/// Where a shard's list of what is due goes on.
#[derive(Debug, Clone)]
pub struct DuePosition(Attributes);

impl Store {
    /// Days that have come due until `now` in a shard (of [`keys::DUE_SHARDS`]), at most `limit` from `after` on. One
    /// Query. The index lags a write by a moment: what it lists may have been looked at already.
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
        let Found { items, next } = self.query_attributes(key_range).await?;
        let day = |item: &Attributes| {
            let key = Key::of(item);
            keys::day_of(&key)
                .ok_or_else(|| StoreError::Unreadable { key: key.to_string(), reason: "no day's key".to_owned() })
        };
        Ok(DuePage { days: items.iter().map(day).collect::<Result<_, _>>()?, next: next.map(DuePosition) })
    }
}
