//! Kiosks: shared devices at a site, at which people punch by PIN.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    id::{KioskId, SiteId},
    text::Name,
};

/// A shared device at a site. It never changes: a device that is lost or moved is revoked, and another one made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kiosk {
    /// Which.
    pub id: KioskId,
    /// The site of the kiosk.
    pub site_id: SiteId,
    /// The name.
    pub name: Name,
    /// When it was made.
    pub created_at: Timestamp,
}
