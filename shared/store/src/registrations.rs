//! Registrations that wait for a manager: their removal, and the queue that limits their number and notifies managers of
//! them.

use domain::{
    calendar::WorkDate,
    id::UserId,
    registration::{MAX_A_DAY_FROM_NETWORK, RegistrationQueue},
    settings::Settings,
    user::{User, UserStatus},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    Commit, CommitError, Condition, Stamp, Store, StoreError,
    commit::{Expression, When, number},
    item::Item,
    keys::{self, EXPIRES_AT, Index, VERSION},
    read::{KeyRange, Range},
    settings::VersionedSettings,
};

/// The attribute of [`RegistrationQueue::pending`].
const PENDING: &str = "pending";
/// The attribute that counts the registrations of a network on a day.
const COUNT: &str = "count";
/// The time for which the count of a day is kept, in seconds: two days.
const COUNT_KEPT_SECONDS: i64 = 2 * 24 * 60 * 60;

/// The registration queue with the number of its changes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct VersionedQueue {
    /// The queue.
    #[serde(flatten)]
    pub queue: RegistrationQueue,
    /// The number of changes; 0 means that no queue is stored.
    #[serde(default)]
    version: u64,
}

/// The items that a registration depends on, read at once.
#[derive(Debug)]
pub struct RegistrationSnapshot {
    /// The settings.
    pub settings: Settings,
    /// The pending registrations.
    pub queue: VersionedQueue,
}

impl Store {
    /// Reads the items that a registration depends on.
    pub async fn registration_snapshot(&self) -> Result<RegistrationSnapshot, StoreError> {
        let (settings, queue) = (keys::settings(), keys::registration_queue());
        let mut items = self.read([settings.clone(), queue.clone()]).await?;
        let settings = items.take::<VersionedSettings>(&settings)?.unwrap_or_default().settings;
        let mut queue: VersionedQueue = items.take(&queue)?.unwrap_or_default();
        if !queue.queue.is_counted {
            let pending = self.pending_registrations(None, domain::registration::MAX_PENDING as usize).await?;
            queue.queue.pending = i64::try_from(pending.len()).unwrap_or(i64::MAX);
            queue.queue.is_counted = true;
        }
        Ok(RegistrationSnapshot { settings, queue })
    }

    /// Returns the queue of pending registrations.
    pub async fn registration_queue(&self) -> Result<VersionedQueue, StoreError> {
        Ok(self.get(keys::registration_queue()).await?.unwrap_or_default())
    }

    /// Returns at most `limit` people who wait for activation, longest waiting first; only those who registered after the
    /// given person. The index lags behind writes by a moment.
    pub async fn pending_registrations(&self, after: Option<UserId>, limit: usize) -> Result<Vec<UserId>, StoreError> {
        let range = after.map_or(Range::All, |after| Range::Between(format!("{after}~"), "~".to_owned()));
        let key_range = KeyRange {
            index: Some(Index::Gsi2),
            pk: keys::REGISTRATIONS.to_owned(),
            range,
            descending: false,
            limit,
            after: None,
        };
        let found = self.query_stored(key_range).await?.items;
        Ok(found.iter().filter_map(|item| item.head().sort_in(Index::Gsi2).parse().ok()).collect())
    }

    /// Counts a registration from a network, which is identified by a hash.
    ///
    /// # Errors
    /// Returns [`Condition::NetworkRegistrations`] if the network has reached its number of registrations for that day.
    pub async fn count_registration(
        &self,
        stamp: Stamp,
        network_hash: &str,
        today: WorkDate,
    ) -> Result<(), CommitError> {
        let expires_at = stamp.at.as_second() + COUNT_KEPT_SECONDS;
        let mut commit = Commit::without_event(stamp);
        commit.update(
            &keys::registrations_of_network(network_hash, today),
            Expression::new("ADD #count :one SET #expires_at = :expires_at")
                .name("#count", COUNT)
                .name("#expires_at", EXPIRES_AT)
                .value(":one", number(1))
                .value(":expires_at", number(expires_at)),
            Some(
                Expression::new("attribute_not_exists(#count) OR #count < :most")
                    .value(":most", number(MAX_A_DAY_FROM_NETWORK)),
            ),
            Some(Condition::NetworkRegistrations),
        )?;
        commit.send(self).await
    }
}

impl Commit {
    /// Replaces the queue, on condition that it is unchanged since the read.
    pub fn change_registration_queue(
        &mut self,
        read: &VersionedQueue,
        queue: RegistrationQueue,
    ) -> Result<(), StoreError> {
        let after = VersionedQueue { queue, version: read.version + 1 };
        let item = Item::next(keys::registration_queue(), &after)?;
        self.put(item, When::Version(read.version), Some(Condition::Version))
    }

    /// Removes a person who no longer waits from the queue.
    pub(crate) fn leave_registration_queue(&mut self, before: &User, after: UserStatus) -> Result<(), StoreError> {
        match (before.status, after) {
            (UserStatus::Pending, UserStatus::Active | UserStatus::Disabled) => self.shorten_registration_queue(),
            (UserStatus::Pending, UserStatus::Pending) | (UserStatus::Active | UserStatus::Disabled, _) => Ok(()),
        }
    }

    /// Decrements the number instead of putting the queue, because many people may be activated at once.
    fn shorten_registration_queue(&mut self) -> Result<(), StoreError> {
        self.update(
            &keys::registration_queue(),
            Expression::new("ADD #pending :minus_one, #version :one")
                .name("#pending", PENDING)
                .name("#version", VERSION)
                .value(":minus_one", number(-1))
                .value(":one", number(1)),
            None,
            None,
        )
    }

    /// Removes a registration that wasn't activated, with all its items. The username and the email address become available
    /// again.
    pub fn remove_registration(&mut self, user: &User) -> Result<(), StoreError> {
        let unchanged =
            Expression::new("#version = :read").name("#version", VERSION).value(":read", number(user.version));
        self.delete(&keys::profile(user.id), Some(unchanged), Some(Condition::Version))?;
        self.delete(&keys::unique_username(user.username.as_str()), None, None)?;
        if let Some(email) = &user.email {
            self.delete(&keys::unique_email(email.as_str()), None, None)?;
        }
        self.delete(&keys::credential(user.id), None, None)?;
        self.delete(&keys::pin(user.id), None, None)?;
        self.delete(&keys::opened(user.id), None, None)?;
        self.leave_places(user)?;
        self.shorten_registration_queue()
    }
}

/// Returns the number of seconds from `now` to the next midnight (UTC), when the counts of a day end.
pub fn seconds_left_of_day(now: Timestamp) -> u32 {
    const DAY: i64 = 24 * 60 * 60;
    u32::try_from(DAY - now.as_second().rem_euclid(DAY)).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_day_of_a_network_ends_at_midnight_utc() {
        let left = |at: &str| seconds_left_of_day(at.parse().unwrap());
        assert_eq!(left("2026-11-02T00:00:00Z"), 86_400);
        assert_eq!(left("2026-11-02T23:59:59Z"), 1);
    }
}
