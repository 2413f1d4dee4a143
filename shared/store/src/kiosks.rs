//! Kiosks, the PINs of the people who punch there, and the reads that admit such punches.

use std::fmt;

use domain::{
    day::Presence,
    event::{Fact, KioskFact, Subject},
    id::{KioskId, UserId},
    kiosk::{Kiosk, KioskCode},
    pin_budget::PinBudget,
    schedule::SiteBook,
    user::User,
    username::Username,
};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{
    Commit, CommitError, Condition, RepeatKey, Stamp, Store, StoreError,
    badges::{BadgeHashes, HeldBadge},
    commit::{Expression, When, text},
    idempotency::Earlier,
    item::Item,
    keys::{self, Key, PK},
    page::{Page, page_of},
    read::{KeyRange, Range},
    settings::VersionedSettings,
    sign_ins::{AttemptKeys, ReadAttempts},
    sites::VersionedSiteBook,
    users::Holder,
};

/// A kiosk as it is stored.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KioskRecord {
    /// The kiosk.
    #[serde(flatten)]
    pub kiosk: Kiosk,
    /// SHA-256 of the secret of its device token, in hex.
    pub token_hash: String,
    /// The instant at which the device token expires unless it is renewed. Tokens of release 0.1.0 expire only after they
    /// were renewed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token_expires_at: Option<Timestamp>,
    /// The previous token, which is accepted for a limited time, because the response with the new token may have been lost.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous_token: Option<PreviousToken>,
    /// The instant of the device's last request, to within [`LAST_SEEN_ACCURACY`]. Absent until the first request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_seen_at: Option<Timestamp>,
}

/// The device token that a kiosk had before the last renewal.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PreviousToken {
    /// SHA-256 of the token's secret, in hex.
    pub token_hash: String,
    /// The instant until which the token is accepted.
    pub taken_until: Timestamp,
}

/// The attribute of [`KioskRecord::token_hash`].
const TOKEN_HASH: &str = "token_hash";
/// The attribute of [`KioskRecord::last_seen_at`].
const LAST_SEEN_AT: &str = "last_seen_at";

/// The lifetime of a device token without a renewal: 90 days.
const TOKEN_LIFETIME: SignedDuration = SignedDuration::from_hours(90 * 24);
/// The time for which the previous token is accepted after a renewal: 1 day.
const PREVIOUS_TOKEN_LIFETIME: SignedDuration = SignedDuration::from_hours(24);

/// The time after which a request of a kiosk is recorded again: 10 minutes.
const LAST_SEEN_ACCURACY: SignedDuration = SignedDuration::from_mins(10);

impl KioskRecord {
    /// Creates a kiosk whose device token is issued at `now`.
    pub fn new(kiosk: Kiosk, token_hash: String, now: Timestamp) -> Self {
        let token_expires_at = Some(now.saturating_add(TOKEN_LIFETIME).unwrap_or(Timestamp::MAX));
        Self { kiosk, token_hash, token_expires_at, previous_token: None, last_seen_at: None }
    }

    /// Returns the kiosk with a new device token that replaces the one with `presented_hash`.
    #[must_use]
    pub fn renewed(&self, token_hash: String, presented_hash: String, now: Timestamp) -> Self {
        let taken_until = now.saturating_add(PREVIOUS_TOKEN_LIFETIME).unwrap_or(Timestamp::MAX);
        let previous_token = Some(PreviousToken { token_hash: presented_hash, taken_until });
        Self { previous_token, last_seen_at: Some(now), ..Self::new(self.kiosk.clone(), token_hash, now) }
    }

    /// Returns the time of a request at `now` as it is to be recorded; none if the last recorded time is recent.
    pub fn last_seen(&self, now: Timestamp) -> Option<LastSeenUpdate> {
        let is_recent = self.last_seen_at.is_some_and(|at| now.duration_since(at) < LAST_SEEN_ACCURACY);
        (!is_recent).then_some(LastSeenUpdate { kiosk: self.kiosk.id, at: now })
    }
}

/// A request of a kiosk that shows that the device is alive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LastSeenUpdate {
    kiosk: KioskId,
    at: Timestamp,
}

impl LastSeenUpdate {
    fn update(self) -> Expression {
        Expression::new("SET #last_seen_at = :now")
            .name("#last_seen_at", LAST_SEEN_AT)
            .value(":now", text(self.at.to_string()))
    }
}

impl fmt::Debug for KioskRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KioskRecord").field("kiosk", &self.kiosk).finish_non_exhaustive()
    }
}

/// The PIN that a person punches with at kiosks. It is never printed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pin {
    /// The Argon2id hash in PHC form.
    pub pin_hash: String,
    /// The instant at which the person chose the PIN.
    pub changed_at: Timestamp,
}

impl fmt::Debug for Pin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pin").field("changed_at", &self.changed_at).finish_non_exhaustive()
    }
}

/// The wrong PINs at a kiosk as they were read, with their version.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadPinBudget {
    /// The budget.
    #[serde(flatten)]
    pub budget: PinBudget,
    /// The number of changes, from 1; 0 means that no wrong PINs are stored.
    #[serde(default)]
    version: u64,
}

/// The items that a PIN at a kiosk is checked against, read at once.
#[derive(Debug)]
pub struct PinAtKiosk {
    /// The person's PIN.
    pub pin: Option<Pin>,
    /// The failed attempts at the PIN.
    pub attempts: ReadAttempts,
    /// The wrong PINs at the kiosk.
    pub budget: ReadPinBudget,
}

/// The items that a change of kiosks depends on, read at once.
#[derive(Debug)]
pub struct KioskSnapshot {
    /// The profile of the caller.
    pub caller: Option<User>,
    /// The kiosk to change.
    pub kiosk: Option<KioskRecord>,
    /// All sites.
    pub sites: SiteBook,
    /// Whether the request has an earlier answer.
    pub earlier: Earlier,
}

/// The device that sends a punch, and the owner of the username, read at once.
#[derive(Debug)]
pub struct AtKiosk {
    /// The kiosk; none if it was revoked.
    pub kiosk: Option<KioskRecord>,
    /// The owner of the username.
    pub holder: Option<UserId>,
    /// The kiosk's site.
    pub sites: SiteBook,
}

/// The device that sends a punch, and the owner of the badge, read at once.
#[derive(Debug)]
pub struct BadgeAtKiosk {
    /// The kiosk; none if it was revoked.
    pub kiosk: Option<KioskRecord>,
    /// The badge with its owner; none if no person has it.
    pub badge: Option<HeldBadge>,
    /// The kiosk's site.
    pub sites: SiteBook,
}

/// The record that a person has used a code. The key has all its data.
#[derive(Debug, Serialize)]
struct UsedCode {}

/// A kiosk and the company settings that it displays, read at once.
#[derive(Debug)]
pub struct KioskAndSettings {
    /// The kiosk; none if it was revoked.
    pub kiosk: Option<KioskRecord>,
    /// The settings.
    pub settings: VersionedSettings,
}

impl Store {
    /// Reads the items that adding a kiosk, or revoking the given one, depends on.
    pub async fn kiosk_snapshot(
        &self,
        caller: UserId,
        id: Option<KioskId>,
        repeat: Option<&RepeatKey>,
        now: Timestamp,
    ) -> Result<KioskSnapshot, StoreError> {
        let (profile, book, kiosk) = (keys::profile(caller), keys::site_book(), id.map(keys::kiosk));
        let wanted = [profile.clone(), book.clone()].into_iter().chain(kiosk.clone());
        let mut items = self.read(wanted.chain(repeat.map(RepeatKey::item_key))).await?;
        Ok(KioskSnapshot {
            caller: items.take(&profile)?,
            kiosk: kiosk.map(|kiosk| items.take(&kiosk)).transpose()?.flatten(),
            sites: items.take::<VersionedSiteBook>(&book)?.unwrap_or_default().book,
            earlier: items.earlier(repeat, now)?,
        })
    }

    /// Returns kiosks in the order of their creation, at most `limit` after the given one.
    pub async fn kiosks(&self, after: Option<KioskId>, limit: usize) -> Result<Page<KioskRecord>, StoreError> {
        let key_range = KeyRange {
            index: None,
            pk: keys::ORG.to_owned(),
            range: Range::Prefix(keys::KIOSK.to_owned()),
            descending: false,
            limit: limit + 1,
            after: after.map(|id| keys::kiosk(id).attributes()),
        };
        Ok(page_of(self.query(key_range).await?, limit))
    }

    /// Reads a kiosk and the owner of a username. A text that can't be a username has no owner.
    pub async fn at_kiosk(&self, kiosk: KioskId, username: Option<&Username>) -> Result<AtKiosk, StoreError> {
        let kiosk = keys::kiosk(kiosk);
        let username = username.map(|username| keys::unique_username(username.as_str()));
        let mut items = self.read([kiosk.clone()].into_iter().chain(username.clone())).await?;
        let holder: Option<Holder> = username.map(|username| items.take(&username)).transpose()?.flatten();
        let kiosk = items.take(&kiosk)?;
        let sites = self.site_of(kiosk.as_ref()).await?;
        Ok(AtKiosk { kiosk, holder: holder.map(|holder| holder.user_id), sites })
    }

    /// Reads a kiosk and the owner of a badge.
    pub async fn at_kiosk_with_badge(&self, kiosk: KioskId, badge: &BadgeHashes) -> Result<BadgeAtKiosk, StoreError> {
        let kiosk = keys::kiosk(kiosk);
        let mut items = self.read([kiosk.clone()].into_iter().chain(badge.keys())).await?;
        let kiosk = items.take(&kiosk)?;
        let sites = self.site_of(kiosk.as_ref()).await?;
        Ok(BadgeAtKiosk { kiosk, badge: badge.take(&mut items)?, sites })
    }

    /// Reads the site of a kiosk.
    async fn site_of(&self, kiosk: Option<&KioskRecord>) -> Result<SiteBook, StoreError> {
        Ok(self.read_sites(kiosk.map(|record| record.kiosk.site_id)).await?.book)
    }

    /// Records a request of a kiosk that makes no transaction. A revoked kiosk stays revoked.
    pub async fn record_kiosk_request(&self, last_seen: LastSeenUpdate) -> Result<(), StoreError> {
        self.update_if(&keys::kiosk(last_seen.kiosk), last_seen.update(), exists()).await.map(|_| ())
    }

    /// Reads a kiosk.
    pub async fn kiosk(&self, kiosk: KioskId) -> Result<Option<KioskRecord>, StoreError> {
        self.get(keys::kiosk(kiosk)).await
    }

    /// Reads a kiosk and the settings.
    pub async fn kiosk_and_settings(&self, kiosk: KioskId) -> Result<KioskAndSettings, StoreError> {
        let kiosk = keys::kiosk(kiosk);
        let mut items = self.read([kiosk.clone(), keys::settings()]).await?;
        Ok(KioskAndSettings {
            kiosk: items.take(&kiosk)?,
            settings: items.take(&keys::settings())?.unwrap_or_default(),
        })
    }

    /// Reads a person's PIN and the failed attempts at it, in one call.
    pub async fn pin(&self, user: UserId, attempts: &AttemptKeys, kiosk: KioskId) -> Result<PinAtKiosk, StoreError> {
        let (pin, budget) = (keys::pin(user), keys::wrong_pins(kiosk));
        let mut items = self.read([pin.clone(), budget.clone()].into_iter().chain(attempts.items())).await?;
        let pin: Option<Pin> = items.take(&pin)?;
        // Wrong PINs from before the PIN was set were attempts at another PIN.
        let attempts = items.take_attempts(attempts)?.since(pin.as_ref().map(|pin| pin.changed_at));
        Ok(PinAtKiosk { pin, attempts, budget: items.take(&budget)?.unwrap_or_default() })
    }

    /// Counts a wrong PIN at the kiosk.
    ///
    /// # Errors
    /// Returns [`CommitError::ConditionFailed`] if another PIN was counted since the budget was read.
    pub async fn count_wrong_pin(&self, stamp: Stamp, kiosk: &Kiosk, read: &ReadPinBudget) -> Result<(), CommitError> {
        let (budget, notice) = read.budget.after_wrong(stamp.at);
        let mut commit = if notice {
            let failing = Fact::Kiosk(KioskFact::KioskPinsFailing { site_id: kiosk.site_id, name: kiosk.name.clone() });
            Commit::new(stamp, Subject::Kiosk(kiosk.id), vec![failing])?
        } else {
            Commit::without_event(stamp)
        };
        commit.change_pin_budget(kiosk.id, read, budget)?;
        commit.send(self).await
    }

    /// Returns the wrong PINs at a kiosk.
    pub async fn pin_budget(&self, kiosk: KioskId) -> Result<ReadPinBudget, StoreError> {
        Ok(self.get(keys::wrong_pins(kiosk)).await?.unwrap_or_default())
    }
}

impl Store {
    /// Returns the presences of several people (at most 200), in the order of `people`. The read is eventually consistent: it is
    /// for a list that is shown, not for a decision.
    pub async fn presences(&self, people: &[UserId]) -> Result<Vec<Presence>, StoreError> {
        let wanted: Vec<Key> = people.iter().copied().map(keys::presence).collect();
        let mut items = self.read_many_eventually(&wanted).await?;
        wanted.iter().map(|key| Ok(items.take(key)?.unwrap_or_default())).collect()
    }
}

impl Commit {
    /// Records a correct PIN at a kiosk that accepts PINs one by one.
    pub fn take_pin(&mut self, kiosk: KioskId, read: &ReadPinBudget) -> Result<(), StoreError> {
        let budget = read.budget.after_right(self.stamp().at);
        self.change_pin_budget(kiosk, read, budget)
    }

    fn change_pin_budget(&mut self, kiosk: KioskId, read: &ReadPinBudget, budget: PinBudget) -> Result<(), StoreError> {
        let forgotten_at = budget.forgotten_at(self.stamp().at);
        let next = ReadPinBudget { budget, version: read.version + 1 };
        let item = Item::next(keys::wrong_pins(kiosk), &next)?.expires_at(forgotten_at);
        self.put(item, When::Version(read.version), Some(Condition::Version))
    }

    /// Replaces the device token of a kiosk, on condition that it is the token that was read.
    pub fn renew_kiosk_token(&mut self, read: &KioskRecord, renewed: &KioskRecord) -> Result<(), StoreError> {
        let unchanged = Expression::new("#token_hash = :read")
            .name("#token_hash", TOKEN_HASH)
            .value(":read", text(read.token_hash.clone()));
        let item = Item::next(keys::kiosk(renewed.kiosk.id), renewed)?;
        self.put_if(item, unchanged, Condition::Version)
    }

    /// Adds a kiosk, on condition that its site exists.
    pub fn create_kiosk(&mut self, record: &KioskRecord) -> Result<(), StoreError> {
        self.check_site(record.kiosk.site_id)?;
        self.put(Item::new(keys::kiosk(record.kiosk.id), record)?, When::Absent, Some(Condition::Version))
    }

    /// Removes a kiosk. Its device token becomes invalid.
    pub fn revoke_kiosk(&mut self, id: KioskId) -> Result<(), StoreError> {
        self.delete(&keys::kiosk(id), Some(exists()), Some(Condition::Version))
    }

    /// Records a request of a kiosk, on condition that the kiosk isn't revoked.
    pub fn record_kiosk_request(&mut self, last_seen: LastSeenUpdate) -> Result<(), StoreError> {
        self.update(&keys::kiosk(last_seen.kiosk), last_seen.update(), Some(exists()), Some(Condition::Version))
    }

    /// Records that the person has used a kiosk's code, on condition that the kiosk isn't revoked.
    pub fn use_kiosk_code(&mut self, code: KioskCode, person: UserId) -> Result<(), StoreError> {
        let KioskCode { kiosk, step } = code;
        self.check(&keys::kiosk(kiosk), exists(), Condition::Kiosk)?;
        let used = Item::new(keys::used_kiosk_code(kiosk, step, person), &UsedCode {})?.expires_at(step.expires_at());
        self.put(used, When::Absent, Some(Condition::KioskCode))
    }

    /// Sets a person's PIN, whether they had one or not.
    pub fn set_pin(&mut self, person: &User, pin: &Pin) -> Result<(), StoreError> {
        self.guard_person(person)?;
        self.put(Item::new(keys::pin(person.id), pin)?, When::Always, None)
    }
}

/// Returns the condition that an item exists.
fn exists() -> Expression {
    Expression::new("attribute_exists(#pk)").name("#pk", PK)
}

#[cfg(test)]
mod tests {
    use domain::text::Name;

    use super::*;

    fn kiosk() -> Kiosk {
        Kiosk {
            id: "01JBN2V7Q4W0M3T9K5ZXH8R6CD".parse().unwrap(),
            site_id: "01JBN2V7Q4W0M3T9K5ZXH8R6CE".parse().unwrap(),
            name: Name::parse("Entrance").unwrap(),
            created_at: Timestamp::UNIX_EPOCH,
        }
    }

    #[test]
    fn neither_a_pin_nor_a_device_token_is_printed() {
        let pin = Pin { pin_hash: "$argon2id$secret".to_owned(), changed_at: Timestamp::UNIX_EPOCH };
        assert!(!format!("{pin:?}").contains("argon2id"));
        let record = KioskRecord::new(kiosk(), "c0ffee".to_owned(), Timestamp::UNIX_EPOCH);
        assert!(!format!("{record:?}").contains("c0ffee"));
    }

    #[test]
    fn a_kiosk_is_recorded_as_seen_once_in_ten_minutes() {
        let record = KioskRecord::new(kiosk(), "c0ffee".to_owned(), Timestamp::UNIX_EPOCH);
        let at = |minutes: i64| Timestamp::from_second(minutes * 60).unwrap();
        let seen = KioskRecord { last_seen_at: Some(at(0)), ..record.clone() };
        assert!(record.last_seen(at(0)).is_some() && seen.last_seen(at(10)).is_some());
        assert_eq!(seen.last_seen(at(9)), None);
    }
}
