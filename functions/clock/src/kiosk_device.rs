//! Admits the requests of a kiosk, and records that the device is alive.

use domain::kiosk::Kiosk;
use jiff::Timestamp;
use store::kiosks::KioskRecord;
use web::{App, DeviceToken, Problem};

/// Returns the kiosk of a device token. `record` is the stored kiosk with the token's id. At most once in ten minutes, the call
/// also records that the kiosk was seen; a failure of that write doesn't fail the request.
pub(crate) async fn admit(
    app: &App,
    token: &DeviceToken,
    record: Option<KioskRecord>,
    now: Timestamp,
) -> Result<Kiosk, Problem> {
    let sighting = record.as_ref().and_then(|record| record.sighting(now));
    let kiosk = token.open(record, now)?;
    if let Some(sighting) = sighting
        && let Err(error) = app.store.see_kiosk(sighting).await
    {
        tracing::warn!(kiosk = %kiosk.id, %error, "the kiosk's last request wasn't recorded");
    }
    Ok(kiosk)
}
