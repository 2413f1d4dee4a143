//! Kiosks, the PINs of the people who punch there, and what such a punch is let in by.

use std::fmt;

use domain::{
    id::{KioskId, UserId},
    kiosk::{Kiosk, KioskCode},
    schedule::SiteBook,
    user::User,
    username::Username,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    Commit, Guard, RepeatKey, Store, StoreError,
    badges::{BadgeHashes, HeldBadge},
    commit::{Expression, When},
    idempotency::Earlier,
    item::Item,
    keys::{self, PK},
    page::{Page, page_of},
    read::{Range, Stretch},
    settings::VersionedSettings,
    sign_ins::ReadAttempts,
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

/// What a change of kiosks is decided on, read at once.
#[derive(Debug)]
pub struct KioskBasis {
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
    pub async fn kiosk_basis(
        &self,
        caller: UserId,
        id: Option<KioskId>,
        repeat: Option<&RepeatKey>,
        now: Timestamp,
    ) -> Result<KioskBasis, StoreError> {
        let (profile, book, kiosk) = (keys::profile(caller), keys::site_book(), id.map(keys::kiosk));
        let wanted = [profile.clone(), book.clone()].into_iter().chain(kiosk.clone());
        let mut items = self.read(wanted.chain(repeat.map(RepeatKey::item_key))).await?;
        Ok(KioskBasis {
            caller: items.take(&profile)?,
            kiosk: kiosk.map(|kiosk| items.take(&kiosk)).transpose()?.flatten(),
            sites: items.take::<VersionedSiteBook>(&book)?.unwrap_or_default().book,
            earlier: items.earlier(repeat, now)?,
        })
    }

    /// Kiosks in the order in which they were made, at most `limit` after the one given.
    pub async fn kiosks(&self, after: Option<KioskId>, limit: usize) -> Result<Page<KioskRecord>, StoreError> {
        let stretch = Stretch {
            index: None,
            pk: keys::ORG.to_owned(),
            range: Range::Prefix(keys::KIOSK.to_owned()),
            descending: false,
            limit: limit + 1,
            after: after.map(|id| keys::kiosk(id).attributes()),
        };
        Ok(page_of(self.query(stretch).await?, limit))
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
    pub async fn pin(&self, user: UserId, attempts: &str) -> Result<(Option<Pin>, ReadAttempts), StoreError> {
        let (pin, attempts) = (keys::pin(user), keys::failed_sign_ins(attempts));
        let mut items = self.read([pin.clone(), attempts.clone()]).await?;
        Ok((items.take(&pin)?, items.take(&attempts)?.unwrap_or_default()))
    }
}

impl Commit {
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
        let record = KioskRecord { kiosk, token_hash: "c0ffee".to_owned() };
        assert!(!format!("{record:?}").contains("c0ffee"));
    }
}
