//! The messages to live connections (docs/live.md), and their delivery to the recipients.
//!
//! Pushing is an addition, never the only way: the data of a message is in the table before the message is sent, and a client
//! that missed it reads it there. So a message that can't be sent isn't retried forever. Closing connections is different: a
//! person who may not see the data any more is disconnected, or the batch fails and is retried.
//!
//! If API Gateway throttles, messages are dropped and the client is told to read the data again (`pending_resyncs.rs`). The connection
//! isn't closed, because all clients would reconnect at the same time.

mod deliver;
mod exchange;
mod gateway;
mod gather;
mod message;
mod pending_resyncs;
pub mod schema;

use std::sync::Arc;

use domain::ports::{Clock, Entropy};
use store::Store;

pub use deliver::Sending;
pub use gateway::{Gateway, Sent};
pub use message::{Kind, Message, Moment, Refusal};

use self::pending_resyncs::PendingResyncs;

/// Sends messages to open connections.
#[derive(Debug, Clone)]
pub struct Push {
    gateway: Gateway,
    store: Store,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    pending_resyncs: Arc<PendingResyncs>,
}

impl Push {
    /// Creates a sender that uses a gateway, and the connections in the table.
    pub fn new(gateway: Gateway, store: Store, clock: Arc<dyn Clock>, entropy: Arc<dyn Entropy>) -> Self {
        Self { gateway, store, clock, entropy, pending_resyncs: Arc::default() }
    }
}
