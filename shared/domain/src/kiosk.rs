//! Kiosks: shared devices at a site, at which people punch by PIN.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

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

/// What is pressed at a kiosk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum KioskAction {
    /// Clocking in.
    In,
    /// Clocking out.
    Out,
    /// Beginning a break.
    BreakStart,
    /// Ending the break.
    BreakEnd,
}

impl KioskAction {
    /// The action, by its name in the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::In => "in",
            Self::Out => "out",
            Self::BreakStart => "break_start",
            Self::BreakEnd => "break_end",
        }
    }
}
