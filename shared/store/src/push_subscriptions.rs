//! Subscriptions of browsers to push messages: at most one for each session. What a push service needs is encrypted, because it
//! is enough to send messages to the browser.

use std::fmt;

use domain::{
    id::{FamilyId, UserId},
    user::User,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    Commit, Store, StoreError,
    commit::When,
    item::Item,
    keys::{self, Key},
    read::{Found, KeyRange, Range},
    sign_ins::SignIn,
};

/// The maximum number of subscriptions of a person that are read.
const MAX_SUBSCRIPTIONS: usize = 50;

/// The subscription of a browser, in one session of a person.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PushSubscription {
    /// The session, which also identifies the subscription.
    pub family: FamilyId,
    /// The address and the keys of the browser, encrypted under the keys of the company.
    pub sealed: String,
    /// The host of the push service.
    pub service: String,
    /// The public key of the company that the browser subscribed with.
    pub public_key: String,
    /// The instant of the subscription.
    pub created_at: Timestamp,
    /// The end of the session at the time of the subscription, in seconds since 1970. A refresh of the session prolongs it.
    pub expires_at: i64,
}

impl fmt::Debug for PushSubscription {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PushSubscription")
            .field("family", &self.family)
            .field("service", &self.service)
            .finish_non_exhaustive()
    }
}

/// The subscriptions of a person, with the person.
#[derive(Debug)]
pub struct PushSubscriptions {
    /// The subscriptions whose sessions exist.
    pub current: Vec<PushSubscription>,
    /// The subscriptions whose sessions have ended.
    pub ended: Vec<PushSubscription>,
}

impl Store {
    /// Returns a person's subscriptions: one Query, and one BatchGetItem for their sessions.
    pub async fn push_subscriptions(&self, person: &User, now: Timestamp) -> Result<PushSubscriptions, StoreError> {
        let key_range = KeyRange {
            index: None,
            pk: keys::user_partition(person.id),
            range: Range::Prefix(keys::PUSH.to_owned()),
            descending: true,
            limit: MAX_SUBSCRIPTIONS,
            after: None,
        };
        let Found { items, next: _ } = self.query::<PushSubscription>(key_range).await?;
        if items.is_empty() {
            return Ok(PushSubscriptions { current: items, ended: Vec::new() });
        }
        let wanted: Vec<Key> = items.iter().map(|of| keys::session(person.id, of.family)).collect();
        let mut sessions = self.read_many(&wanted).await?;
        let (mut current, mut ended) = (Vec::new(), Vec::new());
        for subscription in items {
            let session: Option<SignIn> = sessions.take(&keys::session(person.id, subscription.family))?;
            let is_current = session.is_some_and(|session| {
                session.user_epoch == person.session_epoch && now.as_second() < session.expires_at
            });
            if is_current { current.push(subscription) } else { ended.push(subscription) }
        }
        Ok(PushSubscriptions { current, ended })
    }

    /// Returns the session that a subscription belongs to, and the person.
    pub async fn person_and_session(
        &self,
        user: UserId,
        family: FamilyId,
    ) -> Result<(Option<User>, Option<SignIn>), StoreError> {
        let (profile, session) = (keys::profile(user), keys::session(user, family));
        let mut items = self.read([profile.clone(), session.clone()]).await?;
        Ok((items.take(&profile)?, items.take(&session)?))
    }
}

impl Commit {
    /// Stores the subscription of a session, in place of an earlier one.
    pub fn put_push_subscription(&mut self, user: UserId, subscription: &PushSubscription) -> Result<(), StoreError> {
        let item = Item::new(keys::push_subscription(user, subscription.family), subscription)?;
        self.put(item, When::Always, None)
    }

    /// Removes the subscription of a session, if there is one.
    pub fn end_push_subscription(&mut self, user: UserId, family: FamilyId) -> Result<(), StoreError> {
        self.delete(&keys::push_subscription(user, family), None, None)
    }
}
