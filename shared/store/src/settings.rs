//! The company's settings: one item, read with whatever is decided by them.

use domain::settings::Settings;
use serde::{Deserialize, Serialize};

use crate::{Store, StoreError, keys};

/// The settings with the version that they have.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct StoredSettings {
    /// What the company chose; defaults for the rest.
    pub settings: Settings,
    /// Counts the changes, from 1; 0: nobody has chosen anything yet.
    pub version: u64,
}

impl Store {
    /// The settings; the defaults until somebody changes one.
    pub async fn settings(&self) -> Result<StoredSettings, StoreError> {
        Ok(self.get(keys::settings()).await?.unwrap_or_default())
    }
}
