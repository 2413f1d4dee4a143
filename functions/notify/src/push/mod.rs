//! Pushes to open connections.

use domain::notification::Delivery;
use runtime::{Environment, InitError};
use store::Store;

/// Those who have connections open.
#[derive(Debug)]
pub(crate) struct Connected;

impl Connected {
    /// As the environment says.
    #[expect(clippy::unnecessary_wraps, reason = "to come")]
    pub(crate) fn new(_environment: &Environment, _store: Store) -> Result<Self, InitError> {
        Ok(Self)
    }

    /// Delivers in order. What can't be delivered is in the inbox, or shows when somebody looks: nothing fails by it.
    #[expect(clippy::unused_async, reason = "to come")]
    pub(crate) async fn deliver(&self, _deliveries: Vec<Delivery>) {}
}
