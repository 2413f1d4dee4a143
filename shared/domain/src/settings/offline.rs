//! What a company says of punches that a device made without a network (docs/rules.md#offline-punches).

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::bounded::Bounded;

/// How punches count that a device made without a network and sent later.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct OfflineRules {
    /// A punch that comes up to this many hours late counts at once. A later one waits as a correction. With 0 all wait.
    pub accept_hours: Bounded<0, 168>,
    /// A punch that comes more than this many hours late counts at once as well, and its day waits for a manager's review.
    pub review_after_hours: Bounded<0, 168>,
    /// A device's clock may differ from the server's by this many seconds. Two punches of one action that are no further apart
    /// are one punch.
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
