//! The company's pay codes: one item with only the differences from the built-in codes.

use domain::{
    id::UserId,
    pay::{PayCodeDefinition, PayCodes},
    user::User,
};
use serde::{Deserialize, Serialize};

use crate::{Commit, Condition, Store, StoreError, commit::When, item::Item, keys, read::Items};

/// The pay codes that the company defined, and the number of their changes; 0 before the first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredPayCodes {
    /// The definitions, by code.
    #[serde(default)]
    defined: Vec<PayCodeDefinition>,
    /// The number of changes.
    #[serde(default)]
    pub version: u64,
}

impl StoredPayCodes {
    /// Returns all codes, including the built-in ones.
    pub fn codes(&self) -> PayCodes {
        PayCodes::with(self.defined.iter().cloned())
    }

    /// Returns the codes with a new definition of one of them, as their next version.
    #[must_use]
    pub fn with(&self, definition: PayCodeDefinition) -> Self {
        let others = self.defined.iter().filter(|other| other.code != definition.code).cloned();
        let mut defined: Vec<PayCodeDefinition> = others.chain([definition.clone()]).collect();
        defined.sort_by(|one, other| one.code.cmp(&other.code));
        Self { defined, version: self.version + 1 }
    }
}

/// The items that a change of the codes depends on, read at once.
#[derive(Debug)]
pub struct PayCodesSnapshot {
    /// The profile of the caller.
    pub caller: Option<User>,
    /// The present codes.
    pub codes: StoredPayCodes,
}

impl Items {
    /// Takes out the company's pay codes.
    pub(crate) fn take_pay_codes(&mut self) -> Result<StoredPayCodes, StoreError> {
        Ok(self.take(&keys::pay_codes())?.unwrap_or_default())
    }
}

impl Store {
    /// Returns the pay codes.
    pub async fn pay_codes(&self) -> Result<StoredPayCodes, StoreError> {
        Ok(self.get(keys::pay_codes()).await?.unwrap_or_default())
    }

    /// Reads the items that a change of the codes depends on.
    pub async fn pay_codes_snapshot(&self, caller: UserId) -> Result<PayCodesSnapshot, StoreError> {
        let mut items = self.read([keys::profile(caller), keys::pay_codes()]).await?;
        Ok(PayCodesSnapshot { caller: items.take(&keys::profile(caller))?, codes: items.take_pay_codes()? })
    }
}

impl Commit {
    /// Puts the codes; `after.version` is already the next one.
    pub fn put_pay_codes(&mut self, after: &StoredPayCodes) -> Result<(), StoreError> {
        let before = When::Version(after.version.saturating_sub(1));
        self.put(Item::next(keys::pay_codes(), after)?, before, Some(Condition::Version))
    }
}
