//! Reads the items that showing and adjusting a person's balances depends on, except the balances themselves: the leave
//! types determine which balances to read.

use domain::{calendar::WorkDate, id::UserId, leave::LeaveTypes, schedule::SiteBook, user::User};
use jiff::Timestamp;

use crate::{
    RepeatKey, Store, StoreError, idempotency::Earlier, keys, settings::VersionedSettings, sites::VersionedSiteBook,
    users::Deciders,
};

/// The items that were read.
#[derive(Debug)]
pub struct BalancesSnapshot {
    /// The profile of the caller.
    pub caller: Option<User>,
    /// The owner of the balances.
    pub person: Option<User>,
    /// The company's settings.
    pub settings: VersionedSettings,
    /// The company's leave types.
    pub types: LeaveTypes,
    /// All sites.
    pub sites: SiteBook,
    /// The number of people who can decide for everyone.
    pub deciders: Deciders,
    /// Whether the request has an earlier answer.
    pub earlier: Earlier,
}

impl BalancesSnapshot {
    /// Returns the person's present date.
    pub fn today_of(&self, person: &User, now: Timestamp) -> WorkDate {
        person.zone_at(&self.sites, &self.settings.settings.time_zone).date_of(now)
    }
}

impl Store {
    /// Reads the items that showing and adjusting a person's balances depends on: one BatchGetItem.
    pub async fn balances_snapshot(
        &self,
        caller: UserId,
        person: UserId,
        repeat: Option<&RepeatKey>,
        now: Timestamp,
    ) -> Result<BalancesSnapshot, StoreError> {
        let wanted = [
            keys::profile(caller),
            keys::profile(person),
            keys::settings(),
            keys::site_book(),
            keys::leave_types(),
            keys::admins(),
        ];
        let mut items = self.read(wanted.into_iter().chain(repeat.map(RepeatKey::item_key))).await?;
        let profile: Option<User> = items.take(&keys::profile(person))?;
        Ok(BalancesSnapshot {
            // An item can be taken out only once, and people may read their own balances.
            caller: if caller == person { profile.clone() } else { items.take(&keys::profile(caller))? },
            person: profile,
            settings: items.take(&keys::settings())?.unwrap_or_default(),
            types: items.take(&keys::leave_types())?.unwrap_or_default(),
            sites: items.take::<VersionedSiteBook>(&keys::site_book())?.unwrap_or_default().book,
            deciders: items.take(&keys::admins())?.unwrap_or_default(),
            earlier: items.earlier(repeat, now)?,
        })
    }
}
