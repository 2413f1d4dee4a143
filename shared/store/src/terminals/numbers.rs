//! The numbers of people in terminals, and the punches of numbers that nobody has. Those punches are kept in one item for each
//! number.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    id::{KioskId, UserId},
    terminal::{Serial, TerminalNumber},
    text::Name,
    user::User,
};
use jiff::{SignedDuration, Timestamp, civil::DateTime};
use serde::{Deserialize, Serialize};

use crate::{
    Commit, Condition, Store, StoreError,
    badges::{BadgeHashes, HeldBadge},
    commit::{Expression, When, number, text},
    item::Item,
    keys::{self, Key, PK, VERSION},
    page::{Page, page_of},
    read::{KeyRange, Range},
};

/// The time for which punches of a number that nobody has are kept: 90 days, as the names of offline punches.
const PUNCH_LIFETIME: SignedDuration = SignedDuration::from_hours(90 * 24);
/// The maximum number of kept punches of a number.
const MAX_KEPT: usize = 1000;
/// The maximum size of the kept punches of a number, in bytes. An item has at most 400 KB (an AWS limit).
const MAX_KEPT_SIZE: usize = 350_000;
/// The maximum size of a kept punch without its texts, in bytes: the names of its attributes, its id, times and state.
const PUNCH_SIZE: usize = 256;
/// The number of attempts to add to an item that others change at the same time.
const MAX_ATTEMPTS: usize = 5;

/// The person to whom a number was assigned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct AssignedNumber {
    user_id: UserId,
}

/// The numbers that were assigned to a person.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NumbersOfPerson {
    /// The numbers.
    pub numbers: BTreeSet<TerminalNumber>,
    /// The number of changes, from 1; 0 if nothing is stored.
    #[serde(default)]
    pub version: u64,
}

/// The person whom a number in a terminal means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NumberOwner {
    /// The person to whom an admin assigned the number, or whose personnel number it is.
    Person(UserId),
    /// The person who has a badge with that number.
    Badge(HeldBadge),
}

impl NumberOwner {
    /// Returns the person.
    pub const fn user(&self) -> UserId {
        match self {
            Self::Person(user) => *user,
            Self::Badge(badge) => badge.holder,
        }
    }
}

/// A punch of a number that nobody has. Its natural key is the serial number of the terminal and the device's time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptPunch {
    /// The terminal.
    pub terminal_id: KioskId,
    /// The name of the terminal.
    pub terminal_name: Name,
    /// The serial number of the terminal.
    pub serial: Serial,
    /// The time on the device's clock.
    pub local: DateTime,
    /// The instant of that time.
    pub at: Timestamp,
    /// The state that the device sent.
    pub status: u16,
    /// The instant at which the punch arrived.
    pub received_at: Timestamp,
}

/// The punches of a number that nobody has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnknownNumber {
    /// The number.
    pub number: TerminalNumber,
    /// The punches, by their times.
    pub punches: Vec<KeptPunch>,
    /// The number of changes, from 1.
    pub version: u64,
}

impl KeptPunch {
    /// Returns the maximum size of the punch in its item, in bytes.
    fn stored_size(&self) -> usize {
        PUNCH_SIZE + self.terminal_name.as_str().len() + self.serial.as_str().len()
    }
}

impl UnknownNumber {
    /// Returns the item with more punches, each once, without those that are too old or too many. The latest punches are kept.
    fn with(mut self, new: &[KeptPunch], now: Timestamp) -> Self {
        for punch in new {
            let is_same = |kept: &KeptPunch| (&kept.serial, kept.local) == (&punch.serial, punch.local);
            if !self.punches.iter().any(is_same) {
                self.punches.push(punch.clone());
            }
        }
        let oldest = now.saturating_sub(PUNCH_LIFETIME).unwrap_or(Timestamp::MIN);
        self.punches.retain(|punch| oldest <= punch.received_at);
        self.punches.sort_by_key(|punch| punch.at);
        let mut size = 0;
        let fits = |punch: &&KeptPunch| {
            size += punch.stored_size();
            size <= MAX_KEPT_SIZE
        };
        let kept = self.punches.iter().rev().take(MAX_KEPT).take_while(fits).count();
        self.punches.drain(..self.punches.len() - kept);
        self.version += 1;
        self
    }
}

impl Store {
    /// Returns the people whom numbers mean. A number that an admin assigned goes first, then personnel numbers, then badges. Two
    /// people never share one of them.
    pub async fn owners_of_numbers(
        &self,
        numbers: &BTreeMap<TerminalNumber, Option<BadgeHashes>>,
    ) -> Result<BTreeMap<TerminalNumber, NumberOwner>, StoreError> {
        let mut wanted: Vec<Key> = Vec::new();
        for (terminal_number, badge) in numbers {
            wanted.push(keys::unique_terminal_number(terminal_number));
            wanted.push(keys::unique_personnel_text(terminal_number.as_str()));
            wanted.extend(badge.iter().flat_map(BadgeHashes::keys));
        }
        let mut items = self.read_many(&wanted).await?;
        let mut owners = BTreeMap::new();
        for (terminal_number, badge) in numbers {
            let assigned: Option<AssignedNumber> = items.take(&keys::unique_terminal_number(terminal_number))?;
            let personnel: Option<AssignedNumber> =
                items.take(&keys::unique_personnel_text(terminal_number.as_str()))?;
            let person = assigned.or(personnel).map(|owner| NumberOwner::Person(owner.user_id));
            let badge = badge.as_ref().map(|badge| badge.take(&mut items)).transpose()?.flatten();
            if let Some(owner) = person.or_else(|| badge.map(NumberOwner::Badge)) {
                owners.insert(terminal_number.clone(), owner);
            }
        }
        Ok(owners)
    }

    /// Returns the numbers that were assigned to a person.
    pub async fn numbers_of_person(&self, user: UserId) -> Result<NumbersOfPerson, StoreError> {
        Ok(self.get(keys::terminal_numbers(user)).await?.unwrap_or_default())
    }

    /// Returns the numbers that were assigned to several people, in the order of `people`, with one BatchGetItem for each hundred.
    pub async fn numbers_of_people(&self, people: &[UserId]) -> Result<Vec<NumbersOfPerson>, StoreError> {
        let wanted: Vec<Key> = people.iter().copied().map(keys::terminal_numbers).collect();
        let mut items = self.read_many(&wanted).await?;
        wanted.iter().map(|key| Ok(items.take(key)?.unwrap_or_default())).collect()
    }

    /// Returns the person to whom a number was assigned.
    pub async fn assigned_number(&self, terminal_number: &TerminalNumber) -> Result<Option<UserId>, StoreError> {
        let owner: Option<AssignedNumber> = self.get(keys::unique_terminal_number(terminal_number)).await?;
        Ok(owner.map(|owner| owner.user_id))
    }

    /// Keeps punches of a number that nobody has, each once. Returns the number of new ones.
    ///
    /// # Errors
    /// [`StoreError::Contended`] if others keep changing the item.
    pub async fn keep_punches(
        &self,
        terminal_number: &TerminalNumber,
        new: &[KeptPunch],
        now: Timestamp,
    ) -> Result<u64, StoreError> {
        for _ in 0..MAX_ATTEMPTS {
            let before = self.unknown_number(terminal_number).await?;
            let before = before.unwrap_or_else(|| UnknownNumber {
                number: terminal_number.clone(),
                punches: Vec::new(),
                version: 0,
            });
            let version = before.version;
            let known = before.punches.clone();
            let after = before.with(new, now);
            let added = after.punches.iter().filter(|punch| !known.contains(punch)).count();
            if added == 0 {
                return Ok(0);
            }
            let unchanged = if version == 0 {
                Expression::new("attribute_not_exists(#pk)").name("#pk", PK)
            } else {
                Expression::new("#version = :read").name("#version", VERSION).value(":read", number(version))
            };
            let expires_at = now.saturating_add(PUNCH_LIFETIME).unwrap_or(Timestamp::MAX);
            let item = Item::next(keys::unknown_number(terminal_number), &after)?.expires_at(expires_at);
            if self.put_if(item, unchanged).await? {
                return Ok(u64::try_from(added).unwrap_or(u64::MAX));
            }
        }
        Err(StoreError::Contended)
    }

    /// Returns the kept punches of a number.
    pub async fn unknown_number(&self, terminal_number: &TerminalNumber) -> Result<Option<UnknownNumber>, StoreError> {
        self.get(keys::unknown_number(terminal_number)).await
    }

    /// Returns numbers that nobody has, in their order, at most `limit` after the given one.
    pub async fn unknown_numbers(
        &self,
        after: Option<&TerminalNumber>,
        limit: usize,
    ) -> Result<Page<UnknownNumber>, StoreError> {
        let key_range = KeyRange {
            index: None,
            pk: keys::UNKNOWN_NUMBERS.to_owned(),
            range: Range::All,
            descending: false,
            limit: limit + 1,
            after: after.map(|terminal_number| keys::unknown_number(terminal_number).attributes()),
        };
        Ok(page_of(self.query(key_range).await?, limit))
    }
}

impl Commit {
    /// Assigns a number to a person. `earlier` is the person who had it.
    pub fn assign_terminal_number(
        &mut self,
        terminal_number: &TerminalNumber,
        earlier: Option<(UserId, &NumbersOfPerson)>,
        (person, before): (&User, &NumbersOfPerson),
    ) -> Result<(), StoreError> {
        self.guard_person(person)?;
        let unique = keys::unique_terminal_number(terminal_number);
        let item = Item::new(unique, &AssignedNumber { user_id: person.id })?;
        match earlier {
            None => self.put(item, When::Absent, Some(Condition::Version))?,
            Some((owner, numbers)) => {
                let same = Expression::new("#user_id = :owner")
                    .name("#user_id", "user_id")
                    .value(":owner", text(owner.to_string()));
                self.put_if(item, same, Condition::Version)?;
                let mut left = numbers.clone();
                left.numbers.remove(terminal_number);
                self.put_numbers(owner, left)?;
            }
        }
        let mut after = before.clone();
        after.numbers.insert(terminal_number.clone());
        self.put_numbers(person.id, after)
    }

    fn put_numbers(&mut self, user: UserId, mut numbers: NumbersOfPerson) -> Result<(), StoreError> {
        let read = numbers.version;
        numbers.version += 1;
        let item = Item::next(keys::terminal_numbers(user), &numbers)?;
        self.put(item, When::Version(read), Some(Condition::Version))
    }

    /// Removes the kept punches of a number, on condition that no punch came since they were read.
    pub fn forget_unknown_number(&mut self, read: &UnknownNumber) -> Result<(), StoreError> {
        let unchanged =
            Expression::new("#version = :read").name("#version", VERSION).value(":read", number(read.version));
        self.delete(&keys::unknown_number(&read.number), Some(unchanged), Some(Condition::Version))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn punch(local: &str, at: Timestamp) -> KeptPunch {
        KeptPunch {
            terminal_id: "01JBN2V7Q4W0M3T9K5ZXH8R6KK".parse().unwrap(),
            terminal_name: Name::parse("Gate").unwrap(),
            serial: "A1".parse().unwrap(),
            local: local.parse().unwrap(),
            at,
            status: 255,
            received_at: at,
        }
    }

    #[test]
    fn a_kept_punch_is_kept_once_for_90_days() {
        let (now, later) = (at("2026-11-02T08:00:00Z"), at("2027-02-01T08:00:00Z"));
        let empty = UnknownNumber { number: "17".parse().unwrap(), punches: Vec::new(), version: 0 };
        let one = punch("2026-11-02T09:00:00", now);
        let kept = empty.with(std::slice::from_ref(&one), now).with(std::slice::from_ref(&one), now);
        assert_eq!((kept.punches.len(), kept.version), (1, 2));
        let next = punch("2027-02-01T09:00:00", later);
        assert_eq!(kept.with(std::slice::from_ref(&next), later).punches, [next]);
    }

    /// Keeps 1,001 punches, a second apart, of a terminal with that name.
    fn kept_of(name: &str) -> UnknownNumber {
        let now = at("2026-11-02T08:00:00Z");
        let of_second = |second: i64| {
            let local = format!("2026-11-02T09:{:02}:{:02}", second / 60, second % 60);
            let terminal_name = Name::parse(name).unwrap();
            KeptPunch { terminal_name, ..punch(&local, now + SignedDuration::from_secs(second)) }
        };
        let punches: Vec<KeptPunch> = (0..1001).map(of_second).collect();
        UnknownNumber { number: "17".parse().unwrap(), punches: Vec::new(), version: 0 }.with(&punches, now)
    }

    #[test]
    fn the_latest_thousand_punches_are_kept_as_far_as_an_item_holds_them() {
        let kept = kept_of("Gate");
        assert_eq!(kept.punches.len(), 1000);
        assert_eq!(kept.punches.last().map(|punch| punch.at), Some(at("2026-11-02T08:16:40Z")));

        let kept = kept_of(&"漢".repeat(100));
        assert_eq!(kept.punches.last().map(|punch| punch.at), Some(at("2026-11-02T08:16:40Z")));
        let size = serde_json::to_string(&kept).unwrap().len();
        assert!(500 < kept.punches.len() && size < 400_000, "{} punches, {size} bytes", kept.punches.len());
    }
}
