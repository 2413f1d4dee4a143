//! The requests of devices: which of them are admitted, what is recorded of each, and the zone of a device's clock.

use domain::{
    calendar::Zone,
    id::KioskId,
    ports::Entropy,
    terminal::{Serial, Terminal},
};
use store::{
    StoreError,
    terminals::{CallingTerminal, DeviceInfo},
};

use crate::{Ports, token_secret::TokenSecret};

/// The prefix of terminals' secrets. No other token starts with it.
const FORM: &str = "tm1";

/// Returns a new secret of a terminal, which is shown once, and the hash that the table stores.
pub fn new_secret(id: KioskId, entropy: &dyn Entropy) -> (String, String) {
    let secret = TokenSecret::generate(entropy);
    (secret.reveal(FORM, id), secret.hash())
}

/// Returns the calling terminal with its state, with one read. Returns none if the secret is wrong, or the serial number isn't
/// that of the secret's terminal.
///
/// # Errors
/// The table refuses the request.
pub async fn admit(
    ports: &Ports<'_>,
    presented: Option<&str>,
    serial: &Serial,
) -> Result<Option<CallingTerminal>, StoreError> {
    let Some((id, secret)) = presented.and_then(|text| TokenSecret::parse::<KioskId>(FORM, text)) else {
        return Ok(None);
    };
    let calling = ports.store.calling_terminal(id).await?;
    Ok(calling.filter(|calling| {
        let is_right = calling.record.secret_hashes(ports.now).any(|hash| secret.has_hash(hash));
        is_right && calling.record.terminal.serial == *serial
    }))
}

/// Returns the terminal with a serial number and its state, for a caller that has proved itself otherwise.
///
/// # Errors
/// The table refuses a request.
pub async fn with_serial(ports: &Ports<'_>, serial: &Serial) -> Result<Option<CallingTerminal>, StoreError> {
    match ports.store.terminal_of_serial(serial).await? {
        Some(id) => ports.store.calling_terminal(id).await,
        None => Ok(None),
    }
}

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
        ports.store.record_terminal_request(record.terminal.id, info, ports.now).await?;
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
