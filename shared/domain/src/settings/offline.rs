//! The settings of punches that a device made while it was offline (docs/rules.md#offline-punches).

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::bounded::Bounded;

/// The rules for punches that a device made while it was offline and sent later.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct OfflineRules {
    /// The maximum delay in hours for a punch to count immediately. A later punch waits as a correction. With 0, all punches
    /// wait.
    pub accept_hours: Bounded<0, 168>,
    /// The delay in hours after which the day of a punch that counts immediately also waits for a manager's review.
    pub review_after_hours: Bounded<0, 168>,
    /// The maximum difference in seconds between a device's clock and the server's. Two punches with the same action that are at
    /// most this far apart are one punch.
    pub max_skew_seconds: Bounded<30, 3600>,
}

impl Default for OfflineRules {
    fn default() -> Self {
        Self {
            accept_hours: Bounded::constant::<72>(),
            review_after_hours: Bounded::constant::<12>(),
            max_skew_seconds: Bounded::constant::<300>(),
        }
    }
}
