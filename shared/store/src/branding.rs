//! The company's branding: one item, apart from the settings, so that punches don't read the logo.

use domain::{branding::Branding, id::UserId, text::Name, user::User};
use serde::{Deserialize, Serialize};

use crate::{
    Commit, Condition, Store, StoreError, commit::When, item::Item, keys, read::Items, settings::VersionedSettings,
};

/// The branding and the number of its changes. A company that has never changed its branding has no item, and version 0.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct VersionedBranding {
    /// The branding itself.
    #[serde(with = "domain::branding::stored")]
    pub branding: Branding,
    /// The number of changes.
    pub version: u64,
}

/// The branding together with the company's name, which is a setting.
#[derive(Debug, Clone)]
pub struct NamedBranding {
    /// The name of the company.
    pub company_name: Name,
    /// The branding.
    pub current: VersionedBranding,
}

impl Store {
    /// Returns the branding and the company's name.
    pub async fn branding(&self) -> Result<NamedBranding, StoreError> {
        self.read([keys::branding(), keys::settings()]).await?.take_branding()
    }

    /// Reads the items that a change of the branding depends on: the profile of the caller, and the branding.
    pub async fn branding_snapshot(&self, caller: UserId) -> Result<(Option<User>, NamedBranding), StoreError> {
        let mut items = self.read([keys::profile(caller), keys::branding(), keys::settings()]).await?;
        Ok((items.take(&keys::profile(caller))?, items.take_branding()?))
    }
}

impl Items {
    fn take_branding(&mut self) -> Result<NamedBranding, StoreError> {
        let VersionedSettings { settings, .. } = self.take(&keys::settings())?.unwrap_or_default();
        let current = self.take(&keys::branding())?.unwrap_or_default();
        Ok(NamedBranding { company_name: settings.company_name, current })
    }
}

impl Commit {
    /// Replaces the branding by its next version, and returns it.
    pub fn replace_branding(
        &mut self,
        before: &VersionedBranding,
        branding: Branding,
    ) -> Result<VersionedBranding, StoreError> {
        let after = VersionedBranding { branding, version: before.version + 1 };
        self.put(Item::next(keys::branding(), &after)?, When::Version(before.version), Some(Condition::Version))?;
        Ok(after)
    }
}
