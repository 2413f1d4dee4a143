//! Facts about kiosks.

use serde::{Deserialize, Serialize};

use crate::{id::SiteId, text::Name};

/// Facts about kiosks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum KioskFact {
    /// A kiosk was created.
    KioskCreated {
        /// The site of the kiosk.
        site_id: SiteId,
    },
    /// A kiosk was revoked.
    KioskRevoked {
        /// The site of the kiosk.
        site_id: SiteId,
    },
    /// The kiosk device renewed its device token.
    KioskTokenRenewed {
        /// The site of the kiosk.
        site_id: SiteId,
    },
    /// So many wrong PINs were entered at a kiosk that it now accepts only one PIN every 30 seconds.
    KioskPinsFailing {
        /// The site of the kiosk.
        site_id: SiteId,
        /// The name of the kiosk.
        name: Name,
    },
}
