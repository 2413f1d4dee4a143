//! Pay rules: one item for each set of rules, with all of its versions and the number of people whose profiles name it.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    id::{PayRulesId, UserId},
    pay::{PayRules, PayRulesVersions},
    text::Name,
    user::User,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    Commit, Condition, RepeatKey, Store, StoreError,
    commit::{Expression, When, number, text},
    idempotency::Earlier,
    item::{Item, to_value},
    keys::{self, Key, PK, VERSION},
    page::{Page, page_of},
    pay::codes::StoredPayCodes,
    read::{KeyRange, Range},
};

/// The maximum number of sets of rules of a company.
pub const MAX_PAY_RULES: usize = 100;

/// The attribute of [`PayRulesRecord::people`].
const PEOPLE: &str = "people";

/// A stored set of rules with the number of people who use it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PayRulesRecord {
    /// The rules' id.
    pub id: PayRulesId,
    /// The rules' name.
    pub name: Name,
    /// The versions of the rules.
    pub versions: PayRulesVersions,
    /// The number of changes.
    pub version: u64,
    /// The number of people whose profiles name the rules. It changes without a new version.
    #[serde(default)]
    pub people: u64,
}

impl From<PayRulesRecord> for PayRules {
    fn from(record: PayRulesRecord) -> Self {
        let PayRulesRecord { id, name, versions, version, people: _ } = record;
        Self { id, name, versions, version }
    }
}

/// The items that a change of rules depends on, read at once.
#[derive(Debug)]
pub struct PayRulesSnapshot {
    /// The profile of the caller.
    pub caller: Option<User>,
    /// The rules to change.
    pub rules: Option<PayRulesRecord>,
    /// The company's pay codes.
    pub codes: StoredPayCodes,
    /// Whether the request has an earlier answer.
    pub earlier: Earlier,
}

impl Store {
    /// Returns a set of rules.
    pub async fn pay_rules(&self, id: PayRulesId) -> Result<Option<PayRulesRecord>, StoreError> {
        self.get(keys::pay_rules(id)).await
    }

    /// Returns sets of rules by id. Ids without rules are left out.
    pub async fn pay_rules_of(&self, ids: &BTreeSet<PayRulesId>) -> Result<BTreeMap<PayRulesId, PayRules>, StoreError> {
        let keys: Vec<Key> = ids.iter().copied().map(keys::pay_rules).collect();
        if keys.is_empty() {
            return Ok(BTreeMap::new());
        }
        let mut items = self.read_many(&keys).await?;
        let mut rules = BTreeMap::new();
        for id in ids {
            let found: Option<PayRulesRecord> = items.take(&keys::pay_rules(*id))?;
            rules.extend(found.map(|record| (*id, record.into())));
        }
        Ok(rules)
    }

    /// Returns sets of rules in the order of their creation, at most `limit` after the given one. One Query.
    pub async fn all_pay_rules(
        &self,
        after: Option<PayRulesId>,
        limit: usize,
    ) -> Result<Page<PayRulesRecord>, StoreError> {
        let key_range = KeyRange {
            index: None,
            pk: keys::ORG.to_owned(),
            range: Range::Prefix(keys::PAY_RULES.to_owned()),
            descending: false,
            limit: limit + 1,
            after: after.map(|id| keys::pay_rules(id).attributes()),
        };
        Ok(page_of(self.query(key_range).await?, limit))
    }

    /// Reads the items that adding rules, or changing the given ones, depends on.
    pub async fn pay_rules_snapshot(
        &self,
        caller: UserId,
        id: Option<PayRulesId>,
        repeat: Option<&RepeatKey>,
        now: Timestamp,
    ) -> Result<PayRulesSnapshot, StoreError> {
        let (profile, rules) = (keys::profile(caller), id.map(keys::pay_rules));
        let wanted = [profile.clone(), keys::pay_codes()].into_iter().chain(rules.clone());
        let mut items = self.read(wanted.chain(repeat.map(RepeatKey::item_key))).await?;
        Ok(PayRulesSnapshot {
            caller: items.take(&profile)?,
            rules: rules.map(|rules| items.take(&rules)).transpose()?.flatten(),
            codes: items.take_pay_codes()?,
            earlier: items.earlier(repeat, now)?,
        })
    }
}

impl Commit {
    /// Adds rules.
    pub fn create_pay_rules(&mut self, rules: &PayRules) -> Result<(), StoreError> {
        self.put(Item::new(keys::pay_rules(rules.id), rules)?, When::Absent, Some(Condition::Version))
    }

    /// Replaces rules by their next version. The number of people stays the same.
    pub fn change_pay_rules(&mut self, before: &PayRulesRecord, after: &PayRules) -> Result<(), StoreError> {
        self.update(
            &keys::pay_rules(after.id),
            Expression::new("SET #name = :name, #versions = :versions, #version = :next")
                .name("#name", "name")
                .name("#versions", "versions")
                .name("#version", VERSION)
                .value(":name", text(after.name.as_str()))
                .value(":versions", to_value(&after.versions)?)
                .value(":next", number(after.version)),
            Some(Expression::new("#version = :expected").value(":expected", number(before.version))),
            Some(Condition::Version),
        )
    }

    /// Deletes rules that nobody's profile names.
    pub fn delete_pay_rules(&mut self, rules: &PayRulesRecord) -> Result<(), StoreError> {
        let unused = Expression::new("#version = :expected AND (attribute_not_exists(#people) OR #people = :none)")
            .name("#version", VERSION)
            .name("#people", PEOPLE)
            .value(":expected", number(rules.version))
            .value(":none", number(0));
        self.delete(&keys::pay_rules(rules.id), Some(unused), Some(Condition::PayRulesUnused))
    }

    /// Updates the number of people whose profiles name rules, on condition that the rules exist.
    pub(crate) fn count_people_of_pay_rules(&mut self, id: PayRulesId, by: i32) -> Result<(), StoreError> {
        let add = Expression::new("ADD #people :by").name("#people", PEOPLE).value(":by", number(by));
        let there = Expression::new("attribute_exists(#pk)").name("#pk", PK);
        self.update(&keys::pay_rules(id), add, Some(there), Some(Condition::PayRulesExist))
    }
}
