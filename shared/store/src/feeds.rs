//! Calendar feeds: one address for each person. The table has only a hash of the secret in the address.
//!
//! The address contains the person's id, so one call reads the feed and its content. A new address overwrites the previous
//! one.

use std::fmt;

use domain::{calendar::WorkDate, id::UserId, user::User};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    Commit, Condition, Store, StoreError,
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
    /// The instant at which the address was created.
    pub created_at: Timestamp,
}

impl fmt::Debug for Feed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Feed").field("created_at", &self.created_at).finish_non_exhaustive()
    }
}

impl Store {
    /// Reads a person's feed and all items that the person's expected times from `from` to `to` depend on, at most a year.
    /// One BatchGetItem.
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

    /// Reads a person and their feed, which a change of the feed depends on.
    pub async fn user_and_feed(&self, user: UserId) -> Result<(Option<User>, Option<Feed>), StoreError> {
        let (profile, feed) = (keys::profile(user), keys::feed(user));
        let mut items = self.read([profile.clone(), feed.clone()]).await?;
        Ok((items.take(&profile)?, items.take(&feed)?))
    }
}

impl Commit {
    /// Sets the address of a person's feed. The previous address becomes invalid.
    pub fn put_feed(&mut self, person: &User, feed: &Feed) -> Result<(), StoreError> {
        self.guard_person(person)?;
        self.put(Item::new(keys::feed(person.id), feed)?, When::Always, None)
    }

    /// Revokes the feed of a person whose account ends, if they have one.
    pub fn end_feed(&mut self, user: UserId) -> Result<(), StoreError> {
        self.delete(&keys::feed(user), None, None)
    }

    /// Revokes a person's feed.
    pub fn revoke_feed(&mut self, user: UserId) -> Result<(), StoreError> {
        let there = Expression::new("attribute_exists(#pk)").name("#pk", PK);
        self.delete(&keys::feed(user), Some(there), Some(Condition::Version))
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
