//! The messages to live connections (docs/live.md) and their delivery to the recipients.
//!
//! Pushing is the fast way, never the only one: what a message tells stands in the table before it is sent, and a client
//! that missed one reads it there. So a message that can't be sent is not tried for ever. Closing is another matter: who
//! may not see any more what they see is cut off, or the work fails and comes again.

mod deliver;
mod gateway;
mod gather;
mod message;
pub mod schema;

use std::sync::Arc;

use domain::ports::{Clock, Entropy};
use store::Store;

pub use gateway::{Gateway, Sent};
pub use message::{Kind, Message, Moment, Refusal};

/// Sends to open connections.
#[derive(Debug, Clone)]
pub struct Push {
    gateway: Gateway,
    store: Store,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
}

impl Push {
    /// Through that gateway, to the connections that the table knows.
    pub fn new(gateway: Gateway, store: Store, clock: Arc<dyn Clock>, entropy: Arc<dyn Entropy>) -> Self {
        Self { gateway, store, clock, entropy }
    }
}
