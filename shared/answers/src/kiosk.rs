//! Kiosks, as the API and the audit show them.

use domain::{
    calendar::Zone,
    id::{KioskId, SiteId},
    kiosk::Kiosk,
    text::Name,
};
use serde::Serialize;
use store::kiosks::KioskRecord;
use utoipa::ToSchema;

use crate::instant::Instant;

/// A kiosk as the API and the audit show it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Kiosk)]
pub struct KioskAnswer {
    /// The id of the kiosk.
    id: KioskId,
    /// The site of the kiosk.
    site_id: SiteId,
    /// The name of the kiosk.
    #[schema(value_type = String)]
    name: Name,
    /// The instant at which the kiosk was created.
    created_at: Instant,
    /// The instant of the device's last request, to within ten minutes; `null` before its first one. A kiosk that is switched on
    /// makes a request every 15 seconds, for its code.
    last_seen_at: Option<Instant>,
}

impl KioskAnswer {
    /// Returns the kiosk, with the instants in the reader's time zone.
    pub fn new(record: &KioskRecord, zone: &Zone) -> Self {
        let Kiosk { id, site_id, name, created_at } = record.kiosk.clone();
        let last_seen_at = record.last_seen_at.map(|at| Instant::new(at, zone));
        Self { id, site_id, name, created_at: Instant::new(created_at, zone), last_seen_at }
    }
}
