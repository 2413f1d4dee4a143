//! The messages to live connections (docs/live.md) and their delivery to the recipients.
//!
//! Pushing is the fast way, never the only one: what a message tells stands in the table before it is sent, and a client
//! that missed one reads it there. So a message that can't be sent is not tried for ever. Closing is another matter: who
//! may not see any more what they see is cut off, or the work fails and comes again.
//!
//! Where API Gateway throttles, messages are dropped and the connection is told to read again (`owed.rs`). It is not closed:
//! all clients would come back at once.

mod deliver;
mod gateway;
mod gather;
mod message;
mod owed;
pub mod schema;

use std::sync::Arc;

use domain::ports::{Clock, Entropy};
use store::Store;

pub use deliver::Sending;
pub use gateway::{Gateway, Sent};
pub use message::{Kind, Message, Moment, Refusal};

use self::owed::OwedResyncs;

/// Sends to open connections.
#[derive(Debug, Clone)]
pub struct Push {
    gateway: Gateway,
    store: Store,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    owed: Arc<OwedResyncs>,
}

impl Push {
    /// Through that gateway, to the connections that the table knows.
    pub fn new(gateway: Gateway, store: Store, clock: Arc<dyn Clock>, entropy: Arc<dyn Entropy>) -> Self {
        Self { gateway, store, clock, entropy, owed: Arc::default() }
    }
}
