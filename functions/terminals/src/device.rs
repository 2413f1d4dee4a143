//! Admits the requests of devices: by the secret of the terminal, and its serial number.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use domain::{id::KioskId, ports::Entropy, terminal::Serial};
use http::{HeaderMap, header};
use jiff::Timestamp;
use store::{StoreError, terminals::CallingTerminal};
use web::token_secret::TokenSecret;

use crate::state::Terminals;

/// The prefix of terminals' secrets. No other token starts with it.
const FORM: &str = "tm1";

/// The header with which the local stack's listener proves itself.
const LISTENER: &str = "x-terminal-listener";

/// Returns a new secret of a terminal, which is shown once, and the hash that the table stores.
pub(crate) fn generate(id: KioskId, entropy: &dyn Entropy) -> (String, String) {
    let secret = TokenSecret::generate(entropy);
    (secret.reveal(FORM, id), secret.hash())
}

/// Returns the calling terminal with its state, with one read. Returns none if the secret is wrong, or the serial number isn't
/// that of the secret's terminal.
pub(crate) async fn admit(
    terminals: &Terminals,
    secret: Option<&str>,
    headers: &HeaderMap,
    serial: &Serial,
    now: Timestamp,
) -> Result<Option<CallingTerminal>, StoreError> {
    let store = &terminals.app.store;
    if is_listener(terminals, headers) {
        let Some(id) = store.terminal_of_serial(serial).await? else { return Ok(None) };
        return store.calling_terminal(id).await;
    }
    let presented = secret.or_else(|| bearer(headers));
    let Some((id, secret)) = presented.and_then(|text| TokenSecret::parse::<KioskId>(FORM, text)) else {
        return Ok(None);
    };
    let calling = store.calling_terminal(id).await?;
    Ok(calling.filter(|calling| {
        let is_right = calling.record.secret_hashes(now).any(|hash| secret.has_hash(hash));
        is_right && calling.record.terminal.serial == *serial
    }))
}

fn is_listener(terminals: &Terminals, headers: &HeaderMap) -> bool {
    let presented = headers.get(LISTENER).map(http::HeaderValue::as_bytes);
    let listener = terminals.listener.as_ref();
    listener
        .zip(presented)
        .is_some_and(|(secret, presented)| verify_slices_are_equal(secret.as_bytes(), presented).is_ok())
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    headers.get(header::AUTHORIZATION)?.to_str().ok()?.strip_prefix("Bearer ")
}
