//! The company's settings: one item that every punch reads along.

use domain::{id::UserId, settings::Settings, user::User};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    Commit, Guard, RepeatKey, Store, StoreError,
    commit::{Expression, When},
    company_context::CompanyContext,
    idempotency::Earlier,
    item::Item,
    keys,
};

/// The settings and how often they were changed. A company that never changed any has no item: the defaults, version 0.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct VersionedSettings {
    /// What is set.
    #[serde(with = "domain::settings::stored")]
    pub settings: Settings,
    /// Counts the changes.
    pub version: u64,
}

/// What a change of the settings is decided on, read at once.
#[derive(Debug)]
pub struct SettingsSnapshot {
    /// The profile of who changes them.
    pub caller: Option<User>,
    /// The settings as they are.
    pub current: VersionedSettings,
    /// Whether the leave ledger has an entry.
    pub ledger_started: bool,
    /// The company context, which has the settings too.
    pub context: Option<CompanyContext>,
}

/// Stands once the leave ledger has an entry: whoever writes the company's first entry puts it in the same transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerStarted {
    /// When the first entry was made.
    pub since: Timestamp,
}

impl Store {
    /// The settings.
    pub async fn settings(&self) -> Result<VersionedSettings, StoreError> {
        Ok(self.get(keys::settings()).await?.unwrap_or_default())
    }

    /// What a change of the settings is decided on.
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

    /// The profile of who makes a change that is decided on nothing else, and whether it was made before.
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
    /// Replaces the settings by their next version, which is returned, in the company context too. Another length of a leave
    /// day is refused once the ledger counts in the one before.
    pub fn change_settings(
        &mut self,
        before: &VersionedSettings,
        context: Option<&CompanyContext>,
        settings: Settings,
    ) -> Result<VersionedSettings, StoreError> {
        if before.settings.leave_day_minutes != settings.leave_day_minutes {
            let empty = Expression::new("attribute_not_exists(#pk)").name("#pk", keys::PK);
            self.check(&keys::ledger_started(), empty, Guard::LedgerEmpty)?;
        }
        let after = VersionedSettings { settings, version: before.version + 1 };
        self.put(Item::next(keys::settings(), &after)?, When::Version(before.version), Some(Guard::Version))?;
        self.change_context_settings(context, &after)?;
        Ok(after)
    }
}
