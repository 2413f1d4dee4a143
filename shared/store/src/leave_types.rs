//! The company's leave types: one item with only the differences from the built-in types.

use domain::{id::UserId, leave::LeaveTypes, user::User};

use crate::{Commit, Condition, Store, StoreError, commit::When, company_context::CompanyContext, item::Item, keys};

/// The items that a change of the types depends on, read at once.
#[derive(Debug)]
pub struct LeaveTypesSnapshot {
    /// The profile of the caller.
    pub caller: Option<User>,
    /// The present types.
    pub types: LeaveTypes,
    /// The company context, which also has the types.
    pub context: Option<CompanyContext>,
}

impl Store {
    /// Returns the leave types.
    pub async fn leave_types(&self) -> Result<LeaveTypes, StoreError> {
        Ok(self.get(keys::leave_types()).await?.unwrap_or_default())
    }

    /// Reads the items that a change of the types depends on.
    pub async fn leave_types_snapshot(&self, caller: UserId) -> Result<LeaveTypesSnapshot, StoreError> {
        let mut items = self.read([keys::profile(caller), keys::leave_types(), keys::company_context(0)]).await?;
        Ok(LeaveTypesSnapshot {
            caller: items.take(&keys::profile(caller))?,
            types: items.take(&keys::leave_types())?.unwrap_or_default(),
            context: items.take_context()?,
        })
    }
}

impl Commit {
    /// Puts the types, and changes them in the company context; `after.version` is already the next one.
    pub fn put_leave_types(&mut self, context: Option<&CompanyContext>, after: &LeaveTypes) -> Result<(), StoreError> {
        let before = When::Version(after.version.saturating_sub(1));
        self.put(Item::next(keys::leave_types(), after)?, before, Some(Condition::Version))?;
        self.change_context_types(context, after)
    }
}
