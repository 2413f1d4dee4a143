//! What every handler is given.

use std::sync::Arc;

use ::app::Ports;
use domain::{
    audit::Actor,
    ports::{Clock, Entropy},
};
use jiff::Timestamp;
use store::{Stamp, Store};

use crate::{Caller, RequestId, token::TokenVerifier};

/// The state of an HTTP function.
#[derive(Debug, Clone)]
pub struct App {
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Gives randomness.
    pub entropy: Arc<dyn Entropy>,
    /// The table.
    pub store: Store,
    /// Checks access tokens.
    pub tokens: Arc<TokenVerifier>,
}

impl App {
    /// The present instant.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Returns what use cases work with at that instant.
    pub fn ports(&self, now: Timestamp) -> Ports<'_> {
        Ports { store: &self.store, entropy: &*self.entropy, now }
    }

    /// The stamp of a change that the caller makes.
    pub fn stamp(&self, caller: &Caller, request_id: &RequestId, at: Timestamp) -> Stamp {
        self.stamp_by(caller.actor(), request_id, at)
    }

    /// The stamp of a change that someone makes who isn't signed in.
    pub fn stamp_by(&self, actor: Actor, request_id: &RequestId, at: Timestamp) -> Stamp {
        self.ports(at).stamp(actor, Some(request_id.as_str()))
    }
}
