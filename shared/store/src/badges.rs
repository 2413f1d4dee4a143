//! Badges: at most one for each person, found by a hash of the badge number.
//!
//! `UNIQUE#badge#<hash>` names the owner of a number, and the person's `BADGE` item has the hash of their number. A badge is
//! valid only while both items agree, so deleting `BADGE` is enough to void it. When an account is disabled, the badge
//! becomes void although its number isn't known ([`Commit::end_access`]). If the person of a `UNIQUE` item has another badge
//! or none, the item is left over and may be replaced.

use std::fmt;

use domain::{id::UserId, user::User};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    Commit, Condition, Store, StoreError,
    commit::{Expression, When, text},
    item::Item,
    keys::{self, Key, PK},
    read::Items,
};

/// The attribute of [`BadgeRecord::badge_hash`].
const BADGE_HASH: &str = "badge_hash";
/// The attribute of [`NumberOwner::user_id`].
const USER_ID: &str = "user_id";

/// The hashes of one badge number: hexadecimal HMACs, one for each key of the company. They are never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct BadgeHashes {
    /// The hash under the key that new badges are stored with.
    pub current: String,
    /// The hashes under the other keys.
    pub earlier: Vec<String>,
}

impl fmt::Debug for BadgeHashes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BadgeHashes(…)")
    }
}

impl BadgeHashes {
    fn all(&self) -> impl Iterator<Item = &String> {
        std::iter::once(&self.current).chain(&self.earlier)
    }

    /// Returns the keys of the items that name the owner of the number.
    pub(crate) fn keys(&self) -> Vec<Key> {
        self.all().map(|hash| keys::unique_badge(hash)).collect()
    }

    /// Returns the owner of the number, from the items that were read under [`BadgeHashes::keys`].
    pub(crate) fn take(&self, items: &mut Items) -> Result<Option<HeldBadge>, StoreError> {
        for hash in self.all() {
            if let Some(NumberOwner { user_id, assigned_at }) = items.take(&keys::unique_badge(hash))? {
                let (stored, current) = (hash.clone(), self.current.clone());
                return Ok(Some(HeldBadge { holder: user_id, assigned_at, stored, current }));
            }
        }
        Ok(None)
    }
}

/// A badge with the owner of its number. The badge is valid only if [`Commit::confirm_badge`] holds.
#[derive(Clone, PartialEq, Eq)]
pub struct HeldBadge {
    /// The person who owns the number.
    pub holder: UserId,
    /// The instant at which the person got the badge. Earlier punches with it belong to another person.
    pub assigned_at: Timestamp,
    /// The hash under which the table has the number.
    stored: String,
    /// The hash under which the table is to have the number.
    current: String,
}

impl HeldBadge {
    /// Returns whether the number is that of a person's badge. A number of an earlier badge can be left over.
    pub fn is_number_of(&self, badge: &BadgeRecord) -> bool {
        [&self.stored, &self.current].contains(&&badge.badge_hash)
    }
}

impl fmt::Debug for HeldBadge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HeldBadge").field("holder", &self.holder).finish_non_exhaustive()
    }
}

/// The owner of a badge number, and the instant of the assignment.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct NumberOwner {
    user_id: UserId,
    assigned_at: Timestamp,
}

/// A person's badge as it is stored.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BadgeRecord {
    /// The hash of the number.
    pub badge_hash: String,
    /// The instant at which the person got the badge.
    pub assigned_at: Timestamp,
    /// The person who assigned the badge.
    pub assigned_by: UserId,
    /// The number, encrypted with a key of the company, for terminals that read cards. Badges of earlier releases don't have it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sealed_number: Option<String>,
}

/// Returns the text that binds an encrypted badge number to its person.
pub fn number_context(person: UserId) -> String {
    format!("badge {person}")
}

impl fmt::Debug for BadgeRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BadgeRecord").field("assigned_at", &self.assigned_at).finish_non_exhaustive()
    }
}

/// The items that a change of a person's badge depends on, read at once. A second read follows if the number has an owner.
#[derive(Debug)]
pub struct BadgeSnapshot {
    /// The profile of the caller.
    pub caller: Option<User>,
    /// The profile of the person.
    pub person: Option<User>,
    /// The badge that the person has.
    pub badge: Option<BadgeRecord>,
    /// The state of the new number in the table.
    pub number: NumberState,
}

/// The state of a badge number in the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NumberState {
    /// No person has the number.
    Free,
    /// The person already has the number.
    Own,
    /// Another person has the number.
    Taken,
    /// Another person had the number and no longer has it.
    LeftOver(HeldBadge),
}

impl Store {
    /// Reads the items that assigning a badge with that number, or revoking the person's badge, depends on.
    pub async fn badge_snapshot(
        &self,
        caller: UserId,
        person: UserId,
        number: Option<&BadgeHashes>,
    ) -> Result<BadgeSnapshot, StoreError> {
        let (of_caller, of_person, badge) = (keys::profile(caller), keys::profile(person), keys::badge(person));
        let mut wanted = vec![of_caller.clone(), badge.clone()];
        if person != caller {
            wanted.push(of_person.clone());
        }
        wanted.extend(number.map(BadgeHashes::keys).unwrap_or_default());
        let mut items = self.read(wanted).await?;
        let caller: Option<User> = items.take(&of_caller)?;
        let person = if of_person == of_caller { caller.clone() } else { items.take(&of_person)? };
        let badge: Option<BadgeRecord> = items.take(&badge)?;
        let held = number.map(|number| number.take(&mut items)).transpose()?.flatten();
        let number = match held {
            None => NumberState::Free,
            Some(held) => self.state_of(held, person.as_ref(), badge.as_ref()).await?,
        };
        Ok(BadgeSnapshot { caller, person, badge, number })
    }

    async fn state_of(
        &self,
        held: HeldBadge,
        person: Option<&User>,
        badge: Option<&BadgeRecord>,
    ) -> Result<NumberState, StoreError> {
        let is_held = |badge: Option<&BadgeRecord>| badge.is_some_and(|badge| badge.badge_hash == held.stored);
        if person.is_some_and(|person| person.id == held.holder) {
            return Ok(if is_held(badge) { NumberState::Own } else { NumberState::LeftOver(held) });
        }
        let others = self.badge(held.holder).await?;
        Ok(if is_held(others.as_ref()) { NumberState::Taken } else { NumberState::LeftOver(held) })
    }

    /// Returns the owner of a badge number.
    pub async fn held_badge(&self, number: &BadgeHashes) -> Result<Option<HeldBadge>, StoreError> {
        let mut items = self.read(number.keys()).await?;
        number.take(&mut items)
    }

    /// Returns a person's badge.
    pub async fn badge(&self, person: UserId) -> Result<Option<BadgeRecord>, StoreError> {
        self.get(keys::badge(person)).await
    }

    /// Returns the badges of several people (at most 200), in the order of `people`. People without a badge are left out.
    pub async fn badges(&self, people: &[UserId]) -> Result<Vec<(UserId, BadgeRecord)>, StoreError> {
        let wanted: Vec<Key> = people.iter().copied().map(keys::badge).collect();
        let mut items = self.read_many(&wanted).await?;
        let mut badges = Vec::new();
        for person in people {
            badges.extend(items.take(&keys::badge(*person))?.map(|badge| (*person, badge)));
        }
        Ok(badges)
    }
}

impl Commit {
    /// Assigns a badge to a person and replaces their present badge.
    pub fn assign_badge(
        &mut self,
        person: &User,
        before: Option<&BadgeRecord>,
        number: &NumberState,
        after: &BadgeRecord,
    ) -> Result<(), StoreError> {
        self.guard_person(person)?;
        self.put_badge(person.id, before, after)?;
        let unique = keys::unique_badge(&after.badge_hash);
        let earlier = before.map(|badge| keys::unique_badge(&badge.badge_hash)).filter(|key| *key != unique);
        if let Some(earlier) = earlier {
            self.delete(&earlier, None, None)?;
        }
        let owner = NumberOwner { user_id: person.id, assigned_at: after.assigned_at };
        match number {
            NumberState::LeftOver(held) => self.take_over_number(owner, held, &unique),
            NumberState::Own | NumberState::Free | NumberState::Taken => {
                let is_own = before.is_some_and(|badge| badge.badge_hash == after.badge_hash);
                let when = if is_own { When::Always } else { When::Absent };
                let item = Item::new(unique, &owner)?;
                self.put(item, when, Some(Condition::BadgeNumber))
            }
        }
    }

    /// Assigns a left-over number to that person, unless another person got it after the read.
    fn take_over_number(&mut self, owner: NumberOwner, held: &HeldBadge, unique: &Key) -> Result<(), StoreError> {
        if held.holder != owner.user_id {
            let another = Expression::new("attribute_not_exists(#pk) OR #badge_hash <> :stored")
                .name("#pk", PK)
                .name("#badge_hash", BADGE_HASH)
                .value(":stored", text(held.stored.clone()));
            self.check(&keys::badge(held.holder), another, Condition::BadgeNumber)?;
        }
        let stored = keys::unique_badge(&held.stored);
        let left_over = Expression::new("#user_id = :holder")
            .name("#user_id", USER_ID)
            .value(":holder", text(held.holder.to_string()));
        let item = Item::new(unique.clone(), &owner)?;
        if stored == *unique {
            return self.put_if(item, left_over, Condition::BadgeNumber);
        }
        self.delete(&stored, Some(left_over), Some(Condition::BadgeNumber))?;
        self.put(item, When::Absent, Some(Condition::BadgeNumber))
    }

    /// Revokes a person's badge.
    pub fn revoke_badge(&mut self, person: UserId, badge: &BadgeRecord) -> Result<(), StoreError> {
        self.delete(&keys::badge(person), Some(unchanged(&badge.badge_hash)), Some(Condition::Version))?;
        self.delete(&keys::unique_badge(&badge.badge_hash), None, None)
    }

    /// Voids the badge of a person whose account ends, if they have one.
    pub(crate) fn end_badge(&mut self, person: UserId) -> Result<(), StoreError> {
        self.delete(&keys::badge(person), None, None)
    }

    /// Adds the condition that the badge still belongs to that person. If the badge is stored under an earlier key of the
    /// company, the commit stores it under the current key.
    pub fn confirm_badge(&mut self, held: &HeldBadge) -> Result<(), StoreError> {
        let (badge, same) = (keys::badge(held.holder), unchanged(&held.stored));
        if held.stored == held.current {
            return self.check(&badge, same, Condition::Badge);
        }
        let rehashed = Expression::new("SET #badge_hash = :current").value(":current", text(held.current.clone()));
        self.update(&badge, rehashed.name("#badge_hash", BADGE_HASH), Some(same), Some(Condition::Badge))?;
        self.delete(&keys::unique_badge(&held.stored), None, None)?;
        let owner = NumberOwner { user_id: held.holder, assigned_at: held.assigned_at };
        let item = Item::new(keys::unique_badge(&held.current), &owner)?;
        self.put(item, When::Absent, Some(Condition::Badge))
    }

    fn put_badge(
        &mut self,
        person: UserId,
        before: Option<&BadgeRecord>,
        after: &BadgeRecord,
    ) -> Result<(), StoreError> {
        let item = Item::next(keys::badge(person), after)?;
        match before {
            None => self.put(item, When::Absent, Some(Condition::Version)),
            Some(before) => self.put_if(item, unchanged(&before.badge_hash), Condition::Version),
        }
    }
}

/// Returns the condition that a person's badge still has that hash.
fn unchanged(hash: &str) -> Expression {
    Expression::new("#badge_hash = :hash").name("#badge_hash", BADGE_HASH).value(":hash", text(hash))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_hash_of_a_badge_is_printed() {
        let person: UserId = "01JBN2V7Q4W0M3T9K5ZXH8R6CD".parse().unwrap();
        let hash = "c0ffee".to_owned();
        let record = BadgeRecord {
            badge_hash: hash.clone(),
            assigned_at: Timestamp::UNIX_EPOCH,
            assigned_by: person,
            sealed_number: None,
        };
        let hashes = BadgeHashes { current: hash.clone(), earlier: Vec::new() };
        let (stored, current) = (hash.clone(), hash.clone());
        let held = HeldBadge { holder: person, assigned_at: Timestamp::UNIX_EPOCH, stored, current };
        assert!(!format!("{record:?} {hashes:?} {held:?}").contains(&hash));
    }
}
