//! Facts about kiosks.

use jiff::Timestamp;
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
    /// A terminal was added. The subject of a terminal's events is its id as a kiosk.
    TerminalCreated {
        /// The site of the terminal.
        site_id: SiteId,
    },
    /// A terminal was changed.
    TerminalChanged {
        /// The site of the terminal.
        site_id: SiteId,
        /// The names of the changed fields.
        fields: Vec<String>,
    },
    /// A terminal received a new secret.
    TerminalSecretRotated {
        /// The site of the terminal.
        site_id: SiteId,
    },
    /// A terminal was removed.
    TerminalDeleted {
        /// The site of the terminal.
        site_id: SiteId,
    },
    /// A terminal made no request for so long that admins are notified.
    TerminalSilent {
        /// The site of the terminal.
        site_id: SiteId,
        /// The name of the terminal.
        name: Name,
        /// The instant of its last request.
        #[schema(value_type = String, format = "date-time")]
        last_seen_at: Timestamp,
    },
    /// The clock of a terminal is wrong by more than a minute.
    TerminalClockWrong {
        /// The site of the terminal.
        site_id: SiteId,
        /// The name of the terminal.
        name: Name,
        /// The seconds by which the clock is ahead, negative if it is behind.
        seconds: i64,
    },
}
