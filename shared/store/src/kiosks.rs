//! Kiosks, the PINs of the people who punch there, and what such a punch is let in by.

use std::fmt;

use domain::{
    event::{Fact, Subject},
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
    Commit, CommitError, Guard, RepeatKey, Stamp, Store, StoreError,
    badges::{BadgeHashes, HeldBadge},
    commit::{Expression, When, text},
    idempotency::Earlier,
    item::Item,
    keys::{self, PK},
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
    /// When the device token expires unless it is renewed. Tokens of release 0.1.0 expire only once they were renewed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token_expires_at: Option<Timestamp>,
    /// The token before, which is taken for a while, because the answer with the new one may have been lost.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous_token: Option<PreviousToken>,
}

/// The device token of a kiosk before the last renewal.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PreviousToken {
    /// SHA-256 of its secret, in hex.
    pub token_hash: String,
    /// Until when it is taken.
    pub taken_until: Timestamp,
}

/// The attribute of [`KioskRecord::token_hash`].
const TOKEN_HASH: &str = "token_hash";

/// How long a device token lasts without a renewal: 90 days.
const TOKEN_LIFETIME: SignedDuration = SignedDuration::from_hours(90 * 24);
/// How long the token before is taken after a renewal: 1 day.
const PREVIOUS_TOKEN_LIFETIME: SignedDuration = SignedDuration::from_hours(24);

impl KioskRecord {
    /// A kiosk whose device token is issued at `now`.
    pub fn new(kiosk: Kiosk, token_hash: String, now: Timestamp) -> Self {
        let token_expires_at = Some(now.saturating_add(TOKEN_LIFETIME).unwrap_or(Timestamp::MAX));
        Self { kiosk, token_hash, token_expires_at, previous_token: None }
    }

    /// The kiosk with a new device token in the place of the one that has `presented_hash`.
    #[must_use]
    pub fn renewed(&self, token_hash: String, presented_hash: String, now: Timestamp) -> Self {
        let taken_until = now.saturating_add(PREVIOUS_TOKEN_LIFETIME).unwrap_or(Timestamp::MAX);
        let previous_token = Some(PreviousToken { token_hash: presented_hash, taken_until });
        Self { previous_token, ..Self::new(self.kiosk.clone(), token_hash, now) }
    }
}

impl fmt::Debug for KioskRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KioskRecord").field("kiosk", &self.kiosk).finish_non_exhaustive()
    }
}

/// What someone punches with at kiosks. Never printed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pin {
    /// The Argon2id hash in PHC form.
    pub pin_hash: String,
    /// When it was chosen.
    pub changed_at: Timestamp,
}

impl fmt::Debug for Pin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pin").field("changed_at", &self.changed_at).finish_non_exhaustive()
    }
}

/// The wrong PINs at a kiosk as they were read, with the version that they had.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadPinBudget {
    /// The budget.
    #[serde(flatten)]
    pub budget: PinBudget,
    /// Counts the changes, from 1; 0: nothing is kept.
    #[serde(default)]
    version: u64,
}

/// What a PIN at a kiosk is checked against, read at once.
#[derive(Debug)]
pub struct PinAtKiosk {
    /// The person's PIN.
    pub pin: Option<Pin>,
    /// The failed attempts at it.
    pub attempts: ReadAttempts,
    /// The wrong PINs at the kiosk.
    pub budget: ReadPinBudget,
}

/// What a change of kiosks is decided on, read at once.
#[derive(Debug)]
pub struct KioskSnapshot {
    /// The profile of who changes them.
    pub caller: Option<User>,
    /// The kiosk that is to be changed.
    pub kiosk: Option<KioskRecord>,
    /// All sites.
    pub sites: SiteBook,
    /// Whether the request was answered before.
    pub earlier: Earlier,
}

/// The device that a punch comes from, and whom its username names, read at once.
#[derive(Debug)]
pub struct AtKiosk {
    /// The kiosk; none once it is revoked.
    pub kiosk: Option<KioskRecord>,
    /// Whose the username is.
    pub holder: Option<UserId>,
    /// The kiosk's site.
    pub sites: SiteBook,
}

/// The device that a punch comes from, and whose the badge is, read at once.
#[derive(Debug)]
pub struct BadgeAtKiosk {
    /// The kiosk; none once it is revoked.
    pub kiosk: Option<KioskRecord>,
    /// Whose the badge is; none where nobody has it.
    pub badge: Option<HeldBadge>,
    /// The kiosk's site.
    pub sites: SiteBook,
}

/// That a person has used a code. Its key says all.
#[derive(Debug, Serialize)]
struct UsedCode {}

/// A kiosk with what it shows of the company, read at once.
#[derive(Debug)]
pub struct KioskAndSettings {
    /// The kiosk; none once it is revoked.
    pub kiosk: Option<KioskRecord>,
    /// The settings.
    pub settings: VersionedSettings,
}

impl Store {
    /// What adding a kiosk, or revoking the one of that id, is decided on.
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

    /// Kiosks in the order in which they were made, at most `limit` after the one given.
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

    /// Reads a kiosk, and whose a username is; what can't be a username is nobody's.
    pub async fn at_kiosk(&self, kiosk: KioskId, username: Option<&Username>) -> Result<AtKiosk, StoreError> {
        let kiosk = keys::kiosk(kiosk);
        let username = username.map(|username| keys::unique_username(username.as_str()));
        let mut items = self.read([kiosk.clone()].into_iter().chain(username.clone())).await?;
        let holder: Option<Holder> = username.map(|username| items.take(&username)).transpose()?.flatten();
        let kiosk = items.take(&kiosk)?;
        let sites = self.site_of(kiosk.as_ref()).await?;
        Ok(AtKiosk { kiosk, holder: holder.map(|holder| holder.user_id), sites })
    }

    /// Reads a kiosk, and whose a badge is.
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

    /// Someone's PIN and the failed attempts at it, in one call.
    pub async fn pin(&self, user: UserId, attempts: &AttemptKeys, kiosk: KioskId) -> Result<PinAtKiosk, StoreError> {
        let (pin, budget) = (keys::pin(user), keys::wrong_pins(kiosk));
        let mut items = self.read([pin.clone(), budget.clone()].into_iter().chain(attempts.items())).await?;
        let pin: Option<Pin> = items.take(&pin)?;
        // Wrong PINs before the PIN was set were at another one.
        let attempts = items.take_attempts(attempts)?.since(pin.as_ref().map(|pin| pin.changed_at));
        Ok(PinAtKiosk { pin, attempts, budget: items.take(&budget)?.unwrap_or_default() })
    }

    /// Counts a wrong PIN against the kiosk.
    ///
    /// # Errors
    /// [`CommitError::ConditionFailed`] where another PIN was counted since the budget was read.
    pub async fn count_wrong_pin(&self, stamp: Stamp, kiosk: &Kiosk, read: &ReadPinBudget) -> Result<(), CommitError> {
        let (budget, notice) = read.budget.after_wrong(stamp.at);
        let mut commit = if notice {
            let failing = Fact::KioskPinsFailing { site_id: kiosk.site_id, name: kiosk.name.clone() };
            Commit::new(stamp, Subject::Kiosk(kiosk.id), vec![failing])?
        } else {
            Commit::without_event(stamp)
        };
        commit.change_pin_budget(kiosk.id, read, budget)?;
        commit.send(self).await
    }

    /// The wrong PINs at a kiosk.
    pub async fn pin_budget(&self, kiosk: KioskId) -> Result<ReadPinBudget, StoreError> {
        Ok(self.get(keys::wrong_pins(kiosk)).await?.unwrap_or_default())
    }
}

impl Commit {
    /// Notes a right PIN at a kiosk that takes PINs one by one.
    pub fn take_pin(&mut self, kiosk: KioskId, read: &ReadPinBudget) -> Result<(), StoreError> {
        let budget = read.budget.after_right(self.stamp().at);
        self.change_pin_budget(kiosk, read, budget)
    }

    fn change_pin_budget(&mut self, kiosk: KioskId, read: &ReadPinBudget, budget: PinBudget) -> Result<(), StoreError> {
        let forgotten_at = budget.forgotten_at(self.stamp().at);
        let next = ReadPinBudget { budget, version: read.version + 1 };
        let item = Item::next(keys::wrong_pins(kiosk), &next)?.expires_at(forgotten_at);
        self.put(item, When::Version(read.version), Some(Guard::Version))
    }

    /// Replaces the device token of a kiosk, as long as it is the one that was read.
    pub fn renew_kiosk_token(&mut self, read: &KioskRecord, renewed: &KioskRecord) -> Result<(), StoreError> {
        let unchanged = Expression::new("#token_hash = :read")
            .name("#token_hash", TOKEN_HASH)
            .value(":read", text(read.token_hash.clone()));
        let item = Item::next(keys::kiosk(renewed.kiosk.id), renewed)?;
        self.put_if(item, unchanged, Guard::Version)
    }

    /// Adds a kiosk at a site that exists.
    pub fn create_kiosk(&mut self, record: &KioskRecord) -> Result<(), StoreError> {
        self.check_site(record.kiosk.site_id)?;
        self.put(Item::new(keys::kiosk(record.kiosk.id), record)?, When::Absent, Some(Guard::Version))
    }

    /// Removes a kiosk: its device token is good for nothing from now on.
    pub fn revoke_kiosk(&mut self, id: KioskId) -> Result<(), StoreError> {
        let there = Expression::new("attribute_exists(#pk)").name("#pk", PK);
        self.delete(&keys::kiosk(id), Some(there), Some(Guard::Version))
    }

    /// Uses a kiosk's code up for that person, while the kiosk isn't revoked.
    pub fn use_kiosk_code(&mut self, code: KioskCode, person: UserId) -> Result<(), StoreError> {
        let KioskCode { kiosk, step } = code;
        let there = Expression::new("attribute_exists(#pk)").name("#pk", PK);
        self.check(&keys::kiosk(kiosk), there, Guard::Kiosk)?;
        let used = Item::new(keys::used_kiosk_code(kiosk, step, person), &UsedCode {})?.expires_at(step.expires_at());
        self.put(used, When::Absent, Some(Guard::KioskCode))
    }

    /// Gives someone a PIN, whether they had one or not.
    pub fn set_pin(&mut self, person: &User, pin: &Pin) -> Result<(), StoreError> {
        self.guard_person(person)?;
        self.put(Item::new(keys::pin(person.id), pin)?, When::Always, None)
    }
}

#[cfg(test)]
mod tests {
    use domain::text::Name;

    use super::*;

    #[test]
    fn neither_a_pin_nor_a_device_token_is_printed() {
        let pin = Pin { pin_hash: "$argon2id$secret".to_owned(), changed_at: Timestamp::UNIX_EPOCH };
        assert!(!format!("{pin:?}").contains("argon2id"));
        let kiosk = Kiosk {
            id: "01JBN2V7Q4W0M3T9K5ZXH8R6CD".parse().unwrap(),
            site_id: "01JBN2V7Q4W0M3T9K5ZXH8R6CE".parse().unwrap(),
            name: Name::parse("Entrance").unwrap(),
            created_at: Timestamp::UNIX_EPOCH,
        };
        let record = KioskRecord::new(kiosk, "c0ffee".to_owned(), Timestamp::UNIX_EPOCH);
        assert!(!format!("{record:?}").contains("c0ffee"));
    }
}
