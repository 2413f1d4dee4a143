//! Presence changes that several shards of the stream exchange under load, so that a department gets one message for all.
//!
//! Time is divided into windows of four seconds. Each shard stores its changes of a window as one part for each department. After
//! the end of the window, each shard reads all parts of its departments. The shard with the first part sends them all, the others
//! send nothing.

use std::{collections::BTreeMap, time::Duration};

use domain::{
    id::{DepartmentId, EventId},
    notification::PresenceChange,
};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{
    Commit, CommitError, Stamp, Store, StoreError,
    commit::When,
    item::Item,
    keys,
    read::{KeyRange, Range},
};

/// The length of a window in milliseconds.
const LENGTH: i64 = 4000;

/// The least time that a window must still last when a part is added to it, in milliseconds.
const LEAST_LEFT: i64 = 500;

/// The time after the end of a window until its parts are read, in milliseconds: more than the clocks of functions differ.
const GRACE: i64 = 300;

/// The lifetime of a part.
const LIFETIME: SignedDuration = SignedDuration::from_hours(1);

/// The number of parts that one transaction stores.
const PARTS_AT_ONCE: usize = 50;

/// The number of parts that one query reads.
const PAGE: usize = 100;

/// A window of four seconds, by its number since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct PresenceWindow(i64);

impl PresenceWindow {
    /// Returns the window that a part may still be added to: the current one, or the next one if the current one ends soon.
    pub fn open_at(now: Timestamp) -> Self {
        Self((now.as_millisecond() + LEAST_LEFT).div_euclid(LENGTH))
    }

    /// Returns the number of the window.
    pub const fn number(self) -> i64 {
        self.0
    }

    /// Whether the window has ended, so that its parts may have been read already.
    pub fn is_over(self, now: Timestamp) -> bool {
        self.ends_at() <= now.as_millisecond()
    }

    /// Returns the time until the parts of the window can be read.
    pub fn readable_in(self, now: Timestamp) -> Duration {
        let left = self.ends_at().saturating_add(GRACE).saturating_sub(now.as_millisecond());
        Duration::from_millis(u64::try_from(left).unwrap_or(0))
    }

    const fn ends_at(self) -> i64 {
        self.0.saturating_add(1).saturating_mul(LENGTH)
    }
}

/// The changes of one department that one shard adds to a window.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PresencePart {
    /// The id of the part, which is the same for all departments of the shard.
    pub part: EventId,
    /// The changes.
    pub changes: Vec<PresenceChange>,
}

impl Store {
    /// Adds the changes of several departments to a window. The id of the part is the stamp's.
    pub async fn add_presence_parts(
        &self,
        stamp: Stamp,
        window: PresenceWindow,
        departments: BTreeMap<DepartmentId, Vec<PresenceChange>>,
    ) -> Result<(), CommitError> {
        let (part, expires_at) = (stamp.event_id, stamp.at.saturating_add(LIFETIME).unwrap_or(Timestamp::MAX));
        let mut parts = departments.into_iter().peekable();
        while parts.peek().is_some() {
            let mut commit = Commit::without_event(stamp.clone());
            for (department, changes) in parts.by_ref().take(PARTS_AT_ONCE) {
                let item = Item::new(keys::presence_part(department, window, part), &PresencePart { part, changes })?;
                commit.put(item.expires_at(expires_at), When::Always, None)?;
            }
            commit.send(self).await?;
        }
        Ok(())
    }

    /// Returns the parts of a department in a window, the first one first.
    pub async fn presence_parts(
        &self,
        department: DepartmentId,
        window: PresenceWindow,
    ) -> Result<Vec<PresencePart>, StoreError> {
        let key_range = KeyRange {
            index: None,
            pk: keys::presence_parts(department),
            range: Range::Prefix(keys::presence_parts_of(window)),
            descending: false,
            limit: PAGE,
            after: None,
        };
        self.query_all(key_range).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(milliseconds: i64) -> Timestamp {
        Timestamp::from_millisecond(milliseconds).unwrap()
    }

    #[test]
    fn a_part_goes_to_a_window_that_lasts_at_least_half_a_second_more() {
        for (now, number, wait) in [(0, 0, 4300), (3499, 0, 801), (3500, 1, 4800), (4000, 1, 4300)] {
            let window = PresenceWindow::open_at(at(now));
            assert_eq!(window.number(), number, "{now}");
            assert_eq!(window.readable_in(at(now)), Duration::from_millis(wait), "{now}");
            assert!(!window.is_over(at(now)), "{now}");
        }
        assert!(PresenceWindow(0).is_over(at(4000)));
        assert_eq!(PresenceWindow(0).readable_in(at(9000)), Duration::ZERO);
    }
}
