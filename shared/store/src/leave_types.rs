//! The company's types of leave: one item, which only holds what differs from the types that are built in.

use domain::{id::UserId, leave::LeaveTypes, user::User};

use crate::{Commit, Guard, Store, StoreError, commit::When, item::Item, keys};

impl Store {
    /// The types of leave.
    pub async fn leave_types(&self) -> Result<LeaveTypes, StoreError> {
        Ok(self.get(keys::leave_types()).await?.unwrap_or_default())
    }

    /// What a change of the types is decided on: the profile of who makes it, and the types as they are.
    pub async fn leave_types_basis(&self, caller: UserId) -> Result<(Option<User>, LeaveTypes), StoreError> {
        let mut items = self.read([keys::profile(caller), keys::leave_types()]).await?;
        let types = items.take(&keys::leave_types())?.unwrap_or_default();
        Ok((items.take(&keys::profile(caller))?, types))
    }
}

impl Commit {
    /// Puts the types; `after.version` is already the next one.
    pub fn put_leave_types(&mut self, after: &LeaveTypes) -> Result<(), StoreError> {
        let before = When::Version(after.version.saturating_sub(1));
        self.put(Item::new(keys::leave_types(), after)?, before, Some(Guard::Version))
    }
}
