//! The company's settings and holidays as they are stored. The company context has copies of them.

use domain::{holiday::Holiday, settings::Settings};
use serde::{Deserialize, Serialize};

/// The settings and the number of their changes. If a company has never changed its settings, there is no item: it has the
/// defaults and version 0.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct VersionedSettings {
    /// The settings themselves.
    #[serde(with = "domain::settings::stored")]
    pub settings: Settings,
    /// The number of changes.
    pub version: u64,
}

/// A year's holidays by date, and the number of their changes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct YearOfHolidays {
    /// The holidays in the order of their dates.
    pub holidays: Vec<Holiday>,
    /// The number of changes.
    pub version: u64,
}
