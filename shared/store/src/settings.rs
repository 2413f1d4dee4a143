//! The company's settings: one item. Punches read it as a part of the company context.

use domain::{id::UserId, settings::Settings, user::User};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub use crate::company_items::VersionedSettings;
use crate::{
    Commit, Condition, RepeatKey, Store, StoreError,
    commit::{Expression, When},
    company_context::CompanyContext,
    idempotency::Earlier,
    item::Item,
    keys,
};

/// The items that a change of the settings depends on, read at once.
#[derive(Debug)]
pub struct SettingsSnapshot {
    /// The profile of the caller.
    pub caller: Option<User>,
    /// The present settings.
    pub current: VersionedSettings,
    /// Whether the leave ledger has an entry.
    pub ledger_started: bool,
    /// The company context, which also has the settings.
    pub context: Option<CompanyContext>,
}

/// The item that exists once the leave ledger has an entry. The transaction of the company's first entry puts it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerStarted {
    /// The instant of the first entry.
    pub since: Timestamp,
}

impl Store {
    /// Returns the settings.
    pub async fn settings(&self) -> Result<VersionedSettings, StoreError> {
        Ok(self.get(keys::settings()).await?.unwrap_or_default())
    }

    /// Reads the items that a change of the settings depends on.
    pub async fn settings_snapshot(&self, caller: UserId) -> Result<SettingsSnapshot, StoreError> {
        let wanted = [keys::profile(caller), keys::settings(), keys::ledger_started(), keys::company_context(0)];
        let mut items = self.read(wanted).await?;
        Ok(SettingsSnapshot {
            caller: items.take(&keys::profile(caller))?,
            current: items.take(&keys::settings())?.unwrap_or_default(),
            ledger_started: items.take::<LedgerStarted>(&keys::ledger_started())?.is_some(),
            context: items.take_context()?,
        })
    }

    /// Reads the profile of the caller, for changes that depend on no other items, and whether the request has an earlier
    /// answer.
    pub async fn caller_snapshot(
        &self,
        caller: UserId,
        repeat: Option<&RepeatKey>,
        now: Timestamp,
    ) -> Result<(Option<User>, Earlier), StoreError> {
        let profile = keys::profile(caller);
        let wanted = [profile.clone()].into_iter().chain(repeat.map(RepeatKey::item_key));
        let mut items = self.read(wanted).await?;
        Ok((items.take(&profile)?, items.earlier(repeat, now)?))
    }
}

impl Commit {
    /// Replaces the settings by their next version, also in the company context, and returns it. A different length of a
    /// leave day is refused once the ledger has entries with the present length.
    pub fn change_settings(
        &mut self,
        before: &VersionedSettings,
        context: Option<&CompanyContext>,
        settings: Settings,
    ) -> Result<VersionedSettings, StoreError> {
        if before.settings.leave_day_minutes != settings.leave_day_minutes {
            let empty = Expression::new("attribute_not_exists(#pk)").name("#pk", keys::PK);
            self.check(&keys::ledger_started(), empty, Condition::LedgerEmpty)?;
        }
        let after = VersionedSettings { settings, version: before.version + 1 };
        self.put(Item::next(keys::settings(), &after)?, When::Version(before.version), Some(Condition::Version))?;
        self.change_context_settings(context, &after)?;
        Ok(after)
    }
}
