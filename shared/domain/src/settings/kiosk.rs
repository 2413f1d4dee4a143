//! The settings of kiosks.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The rules for kiosks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct KioskRules {
    /// Whether a kiosk lists the people of its site by name, with their presence. Everyone who passes a kiosk can read the list,
    /// so it is off by default.
    pub show_names: bool,
}
