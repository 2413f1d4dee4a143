//! Calendar feeds: one address a person, of whose secret the table keeps only a hash.
//!
//! The address names its person, so that the feed is read with what it shows, in one call; a new address replaces the one
//! before by overwriting it.

use std::fmt;

use domain::{calendar::WorkDate, id::UserId, user::User};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    Commit, Guard, Store, StoreError,
    attendance::AttendanceSnapshot,
    commit::{Expression, When},
    item::Item,
    keys::{self, PK},
};

/// The address of a person's calendar feed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Feed {
    /// SHA-256 of the address's secret, in hex.
    pub token_hash: String,
    /// When it was made.
    pub created_at: Timestamp,
}

impl fmt::Debug for Feed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Feed").field("created_at", &self.created_at).finish_non_exhaustive()
    }
}

impl Store {
    /// A person's feed, and all that decides when they are expected from `from` to `to`, at most a year apart. One
    /// BatchGetItem.
    pub async fn feed_snapshot(
        &self,
        user: UserId,
        (from, to): (WorkDate, WorkDate),
        now: Timestamp,
    ) -> Result<(Option<Feed>, AttendanceSnapshot), StoreError> {
        let feed = keys::feed(user);
        let (snapshot, mut items) =
            self.attendance_basis_with(user, vec![from, to], vec![feed.clone()], None, now).await?;
        Ok((items.take(&feed)?, snapshot))
    }

    /// A person and their feed: what a change of it is decided on.
    pub async fn user_and_feed(&self, user: UserId) -> Result<(Option<User>, Option<Feed>), StoreError> {
        let (profile, feed) = (keys::profile(user), keys::feed(user));
        let mut items = self.read([profile.clone(), feed.clone()]).await?;
        Ok((items.take(&profile)?, items.take(&feed)?))
    }
}

impl Commit {
    /// Gives a person's feed an address; the one before is void from now on.
    pub fn put_feed(&mut self, person: &User, feed: &Feed) -> Result<(), StoreError> {
        self.guard_person(person)?;
        self.put(Item::new(keys::feed(person.id), feed)?, When::Always, None)
    }

    /// Revokes the feed of someone who leaves, if they have one.
    pub fn end_feed(&mut self, user: UserId) -> Result<(), StoreError> {
        self.delete(&keys::feed(user), None, None)
    }

    /// Revokes a person's feed.
    pub fn revoke_feed(&mut self, user: UserId) -> Result<(), StoreError> {
        let there = Expression::new("attribute_exists(#pk)").name("#pk", PK);
        self.delete(&keys::feed(user), Some(there), Some(Guard::Version))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_feeds_hash_is_not_printed() {
        let feed = Feed { token_hash: "c0ffee".to_owned(), created_at: Timestamp::UNIX_EPOCH };
        assert!(!format!("{feed:?}").contains("c0ffee"));
    }
}
