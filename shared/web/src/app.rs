//! The state that every handler receives.

use std::sync::Arc;

use ::app::{Ports, Request};
use domain::{
    audit::Actor,
    ports::{Clock, Entropy},
};
use jiff::Timestamp;
use store::{RepeatKey, Stamp, Store};

use crate::{Caller, RequestId, token::TokenVerifier};

/// The state of an HTTP function.
#[derive(Debug, Clone)]
pub struct App {
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// The source of random values.
    pub entropy: Arc<dyn Entropy>,
    /// The table.
    pub store: Store,
    /// The verifier of access tokens.
    pub tokens: Arc<TokenVerifier>,
}

impl App {
    /// Returns the current time.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Returns the ports of use cases at a given instant.
    pub fn ports(&self, now: Timestamp) -> Ports<'_> {
        Ports { store: &self.store, entropy: &*self.entropy, now }
    }

    /// Returns a caller's request for a change, at the current time.
    pub fn request<'a>(
        &'a self,
        caller: &'a Caller,
        request_id: &'a RequestId,
        repeat: Option<&'a RepeatKey>,
    ) -> Request<'a> {
        Request { ports: self.ports(self.now()), caller, request_id: request_id.as_str(), repeat }
    }

    /// Returns the stamp of a change by the caller.
    pub fn stamp(&self, caller: &Caller, request_id: &RequestId, at: Timestamp) -> Stamp {
        self.stamp_by(caller.actor(), request_id, at)
    }

    /// Returns the stamp of a change by an actor who isn't signed in.
    pub fn stamp_by(&self, actor: Actor, request_id: &RequestId, at: Timestamp) -> Stamp {
        self.ports(at).stamp(actor, Some(request_id.as_str()))
    }
}
