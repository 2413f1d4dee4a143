//! Cost centers and projects, to which work can be assigned: one item each, so that a punch reads only the one that it names.

use domain::{
    id::UserId,
    pay::{CostCenter, CostCenterCode},
    user::User,
};

use crate::{
    Commit, Condition, Store, StoreError,
    commit::{Expression, When},
    item::Item,
    keys::{self, PK},
    page::{Page, page_of},
    read::{KeyRange, Range},
};

/// The items that a change of a cost center depends on, read at once.
#[derive(Debug)]
pub struct CostCenterSnapshot {
    /// The profile of the caller.
    pub caller: Option<User>,
    /// The cost center.
    pub cost_center: Option<CostCenter>,
}

impl Store {
    /// Returns a cost center.
    pub async fn cost_center(&self, code: &CostCenterCode) -> Result<Option<CostCenter>, StoreError> {
        self.get(keys::cost_center(code)).await
    }

    /// Returns cost centers by code, at most `limit` after the given one. One Query.
    pub async fn cost_centers(
        &self,
        after: Option<&CostCenterCode>,
        limit: usize,
    ) -> Result<Page<CostCenter>, StoreError> {
        let key_range = KeyRange {
            index: None,
            pk: keys::ORG.to_owned(),
            range: Range::Prefix(keys::COST_CENTER.to_owned()),
            descending: false,
            limit: limit + 1,
            after: after.map(|code| keys::cost_center(code).attributes()),
        };
        Ok(page_of(self.query(key_range).await?, limit))
    }

    /// Reads the items that a change of a cost center depends on.
    pub async fn cost_center_snapshot(
        &self,
        caller: UserId,
        code: &CostCenterCode,
    ) -> Result<CostCenterSnapshot, StoreError> {
        let (profile, key) = (keys::profile(caller), keys::cost_center(code));
        let mut items = self.read([profile.clone(), key.clone()]).await?;
        Ok(CostCenterSnapshot { caller: items.take(&profile)?, cost_center: items.take(&key)? })
    }
}

impl Commit {
    /// Puts a cost center; `after.version` is already the next one.
    pub fn put_cost_center(&mut self, after: &CostCenter) -> Result<(), StoreError> {
        let before = When::Version(after.version.saturating_sub(1));
        self.put(Item::next(keys::cost_center(&after.code), after)?, before, Some(Condition::Version))
    }

    /// Adds the condition that each of the cost centers exists and is active.
    pub fn check_cost_centers<'a>(
        &mut self,
        named: impl IntoIterator<Item = &'a CostCenterCode>,
    ) -> Result<(), StoreError> {
        named.into_iter().try_for_each(|code| self.check_cost_center(Some(code)))
    }

    /// Adds the condition that a cost center exists and is active, if one is named.
    pub fn check_cost_center(&mut self, named: Option<&CostCenterCode>) -> Result<(), StoreError> {
        let Some(code) = named else { return Ok(()) };
        let active = Expression::new("attribute_exists(#pk) AND #active = :yes")
            .name("#pk", PK)
            .name("#active", "active")
            .value(":yes", aws_sdk_dynamodb::types::AttributeValue::Bool(true));
        self.check(&keys::cost_center(code), active, Condition::CostCenter)
    }
}
