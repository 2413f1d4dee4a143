//! The subscription of a calendar of holidays: one item.

use domain::{holiday_subscription::HolidaySubscription, id::UserId, user::User};

use crate::{
    Commit, Condition, Store, StoreError,
    commit::{Expression, When, number},
    item::Item,
    keys::{self, VERSION},
};

impl Store {
    /// Returns the subscription, if the company has one.
    pub async fn holiday_subscription(&self) -> Result<Option<HolidaySubscription>, StoreError> {
        self.get(keys::holiday_subscription()).await
    }

    /// Reads the items that a change of the subscription depends on: the profile of the caller, and the subscription.
    pub async fn holiday_subscription_snapshot(
        &self,
        caller: UserId,
    ) -> Result<(Option<User>, Option<HolidaySubscription>), StoreError> {
        let (profile, subscription) = (keys::profile(caller), keys::holiday_subscription());
        let mut items = self.read([profile.clone(), subscription.clone()]).await?;
        Ok((items.take(&profile)?, items.take(&subscription)?))
    }
}

impl Commit {
    /// Puts the next version of the subscription; version 1 is a new one.
    pub fn put_holiday_subscription(&mut self, subscription: &HolidaySubscription) -> Result<(), StoreError> {
        let item = Item::next(keys::holiday_subscription(), subscription)?;
        self.put(item, When::Version(subscription.version.saturating_sub(1)), Some(Condition::Version))
    }

    /// Removes the subscription, if it still has that version.
    pub fn remove_holiday_subscription(&mut self, before: &HolidaySubscription) -> Result<(), StoreError> {
        let unchanged =
            Expression::new("#version = :version").name("#version", VERSION).value(":version", number(before.version));
        self.delete(&keys::holiday_subscription(), Some(unchanged), Some(Condition::Version))
    }
}
