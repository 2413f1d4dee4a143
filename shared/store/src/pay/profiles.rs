//! Pay profiles: one item for each person, with the person's whole history.
//!
//! `UNIQUE#personnel#<number>` names the owner of a personnel number. The transaction that changes a profile puts and deletes
//! these items, so a number never belongs to two people.

use domain::{
    id::UserId,
    pay::{CostCenter, PayProfile, PayProfiles},
    user::User,
};
use serde::{Deserialize, Serialize};

use crate::{
    Commit, Condition, Store, StoreError,
    commit::When,
    item::Item,
    keys::{self, Key},
    pay::accounts::AccountRecord,
};

/// The owner of a personnel number.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct PersonnelNumberOwner {
    user_id: UserId,
}

/// The items that a change of a person's pay profiles depends on, read at once.
#[derive(Debug)]
pub struct PayProfileSnapshot {
    /// The profile of the caller.
    pub caller: Option<User>,
    /// The person.
    pub person: Option<User>,
    /// The person's pay profiles.
    pub profiles: PayProfiles,
    /// The owner of the new personnel number.
    pub number_owner: Option<UserId>,
    /// Whether the rules that the new profile names exist; true if it names none.
    pub rules_exist: bool,
    /// Whether the cost center that the new profile names is active; true if it names none.
    pub cost_center_is_active: bool,
    /// The person's time account.
    pub account: Option<AccountRecord>,
}

impl Store {
    /// Returns a person's pay profiles.
    pub async fn pay_profiles(&self, user: UserId) -> Result<PayProfiles, StoreError> {
        Ok(self.get(keys::pay_profiles(user)).await?.unwrap_or_default())
    }

    /// Returns the pay profiles of several people, in the order of `people`. A BatchGetItem for each hundred people.
    pub async fn pay_profiles_of(&self, people: &[UserId]) -> Result<Vec<PayProfiles>, StoreError> {
        let wanted: Vec<Key> = people.iter().copied().map(keys::pay_profiles).collect();
        let mut items = self.read_many(&wanted).await?;
        wanted.iter().map(|key| Ok(items.take(key)?.unwrap_or_default())).collect()
    }

    /// Reads the items that adding a pay profile to a person's depends on.
    pub async fn pay_profile_snapshot(
        &self,
        caller: UserId,
        person: UserId,
        new: &PayProfile,
    ) -> Result<PayProfileSnapshot, StoreError> {
        let (of_caller, of_person) = (keys::profile(caller), keys::profile(person));
        let (profiles, owner) = (keys::pay_profiles(person), keys::unique_personnel_number(&new.personnel_number));
        let rules = new.rules_id.map(keys::pay_rules);
        let cost_center = new.cost_center.as_ref().map(keys::cost_center);
        let account = keys::account(person);
        let wanted = [of_caller.clone(), of_person.clone(), profiles.clone(), owner.clone(), account.clone()];
        let mut items = self.read(wanted.into_iter().chain(rules.clone()).chain(cost_center.clone())).await?;
        let is_active = |center: Option<CostCenter>| center.is_some_and(|center| center.active);
        let caller: Option<User> = items.take(&of_caller)?;
        let person = if of_person == of_caller { caller.clone() } else { items.take(&of_person)? };
        Ok(PayProfileSnapshot {
            caller,
            person,
            profiles: items.take(&profiles)?.unwrap_or_default(),
            number_owner: items.take::<PersonnelNumberOwner>(&owner)?.map(|owner| owner.user_id),
            account: items.take(&account)?,
            rules_exist: rules.is_none_or(|key| items.take_stored(&key).is_some()),
            cost_center_is_active: match cost_center {
                Some(key) => is_active(items.take(&key)?),
                None => true,
            },
        })
    }
}

impl Commit {
    /// Puts a person's pay profiles with a new one among them, the owners of the personnel numbers, and the numbers of people
    /// who use the rules. The dates of the new profile are booked in the time account, if the person has or gets one.
    pub fn put_pay_profiles(
        &mut self,
        person: &User,
        (before, account): (&PayProfiles, Option<&AccountRecord>),
        (after, new): (&PayProfiles, &PayProfile),
    ) -> Result<(), StoreError> {
        self.guard_person(person)?;
        if new.account || account.is_some() {
            self.open_account(person.id, account, new.effective_from)?;
        }
        self.check_cost_center(new.cost_center.as_ref())?;
        let item = Item::next(keys::pay_profiles(person.id), after)?;
        self.put(item, When::Version(before.version), Some(Condition::Version))?;
        let (old, present) = (before.personnel_numbers(), after.personnel_numbers());
        for number in present.difference(&old) {
            let owner = Item::new(keys::unique_personnel_number(number), &PersonnelNumberOwner { user_id: person.id })?;
            self.put(owner, When::Absent, Some(Condition::PersonnelNumber))?;
        }
        for number in old.difference(&present) {
            self.delete(&keys::unique_personnel_number(number), None, None)?;
        }
        let (old, present) = (before.rules(), after.rules());
        for id in present.difference(&old) {
            self.count_people_of_pay_rules(*id, 1)?;
        }
        for id in old.difference(&present) {
            self.count_people_of_pay_rules(*id, -1)?;
        }
        Ok(())
    }
}
