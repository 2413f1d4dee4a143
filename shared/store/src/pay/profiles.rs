//! Pay profiles: one item for each person, with the person's whole history.
//!
//! `UNIQUE#personnel#<number>` names the owner of a personnel number. The transaction that changes a profile puts and deletes
//! these items, so a number never belongs to two people.

use domain::{
    id::UserId,
    pay::{PayProfiles, PersonnelNumber},
    user::User,
};
use serde::{Deserialize, Serialize};

use crate::{
    Commit, Condition, Store, StoreError,
    commit::When,
    item::Item,
    keys::{self, Key},
};

/// The owner of a personnel number.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
struct NumberOwner {
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

    /// Reads the items that a change of a person's pay profiles depends on.
    pub async fn pay_profile_snapshot(
        &self,
        caller: UserId,
        person: UserId,
        number: &PersonnelNumber,
    ) -> Result<PayProfileSnapshot, StoreError> {
        let (of_caller, of_person) = (keys::profile(caller), keys::profile(person));
        let (profiles, owner) = (keys::pay_profiles(person), keys::unique_personnel_number(number));
        let mut items = self.read([of_caller.clone(), of_person.clone(), profiles.clone(), owner.clone()]).await?;
        let caller: Option<User> = items.take(&of_caller)?;
        let person = if of_person == of_caller { caller.clone() } else { items.take(&of_person)? };
        Ok(PayProfileSnapshot {
            caller,
            person,
            profiles: items.take(&profiles)?.unwrap_or_default(),
            number_owner: items.take::<NumberOwner>(&owner)?.map(|owner| owner.user_id),
        })
    }
}

impl Commit {
    /// Puts a person's pay profiles, the owners of the personnel numbers, and the numbers of people who use the rules.
    pub fn put_pay_profiles(
        &mut self,
        person: &User,
        before: &PayProfiles,
        after: &PayProfiles,
    ) -> Result<(), StoreError> {
        self.guard_person(person)?;
        let item = Item::next(keys::pay_profiles(person.id), after)?;
        self.put(item, When::Version(before.version), Some(Condition::Version))?;
        let (old, new) = (before.personnel_numbers(), after.personnel_numbers());
        for number in new.difference(&old) {
            let owner = Item::new(keys::unique_personnel_number(number), &NumberOwner { user_id: person.id })?;
            self.put(owner, When::Absent, Some(Condition::PersonnelNumber))?;
        }
        for number in old.difference(&new) {
            self.delete(&keys::unique_personnel_number(number), None, None)?;
        }
        let (old, new) = (before.rules(), after.rules());
        for id in new.difference(&old) {
            self.count_people_of_pay_rules(*id, 1)?;
        }
        for id in old.difference(&new) {
            self.count_people_of_pay_rules(*id, -1)?;
        }
        Ok(())
    }
}
