//! The requests of devices: what is recorded of each, and the zone of a device's clock.

use domain::{calendar::Zone, terminal::Terminal};
use store::{
    StoreError,
    terminals::{CallingTerminal, DeviceInfo},
};

use crate::Ports;

/// Records a request of a device, at most once in two minutes. `info` is what the device says about itself.
///
/// # Errors
/// The table refuses the request.
pub async fn record_request(
    ports: &Ports<'_>,
    calling: &CallingTerminal,
    info: Option<&DeviceInfo>,
) -> Result<(), StoreError> {
    let CallingTerminal { record, state } = calling;
    if state.is_due(info, ports.now) {
        ports.store.see_terminal(record.terminal.id, info, ports.now).await?;
    }
    Ok(())
}

/// Returns the zone of a terminal's clock.
///
/// # Errors
/// The table refuses the request.
pub async fn zone_of(ports: &Ports<'_>, terminal: &Terminal) -> Result<Zone, StoreError> {
    if let Some(zone) = &terminal.time_zone {
        return Ok(zone.clone());
    }
    let sites = ports.store.site_of_terminal(terminal.site_id).await?;
    Ok(sites.zone(terminal.site_id).cloned().unwrap_or(Zone::UTC))
}
