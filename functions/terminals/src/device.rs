//! Admits the requests of devices: by the secret of the terminal, and its serial number.

use app::{Ports, terminals::devices};
use aws_lc_rs::constant_time::verify_slices_are_equal;
use domain::terminal::Serial;
use http::{HeaderMap, header};
use store::{StoreError, terminals::CallingTerminal};

use crate::state::Terminals;

/// The header with which the local stack's listener proves itself.
const LISTENER: &str = "x-terminal-listener";

/// Returns the calling terminal with its state. The secret is in the path, or in the `Authorization` header. Returns none if the
/// terminal isn't admitted.
pub(crate) async fn admit(
    terminals: &Terminals,
    ports: &Ports<'_>,
    secret: Option<&str>,
    headers: &HeaderMap,
    serial: &Serial,
) -> Result<Option<CallingTerminal>, StoreError> {
    if is_listener(terminals, headers) {
        return devices::with_serial(ports, serial).await;
    }
    devices::admit(ports, secret.or_else(|| bearer(headers)), serial).await
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
