//! The WebSocket API: its definition, its connections, and the function behind it.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use domain::ports::Clock;
use http::{Request, header::UPGRADE};
use serde_json::Value;
use tokio::sync::watch;

use super::{
    connections::Connections,
    event::{Connection, Happened},
};
use crate::{clock::StackClock, flow::Functions};

/// The stage, which is the path of the API's address.
pub(crate) const STAGE: &str = "live";

/// The interval between checks for connections that have reached their maximum lifetime.
const CHECK_INTERVAL: Duration = Duration::from_secs(1);

/// The template's definition of the WebSocket API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Definition {
    /// The stage, which is the last part of the API's address.
    pub(crate) stage: String,
    /// The binary of the function that all three routes invoke.
    pub(crate) function: String,
    /// Whether the function's answer to a message is sent back.
    pub(crate) answers_messages: bool,
}

/// The WebSocket API.
#[derive(Debug, Clone)]
pub(crate) struct LiveApi {
    pub(super) definition: Arc<Definition>,
    pub(super) connections: Arc<Connections>,
    pub(super) functions: Arc<Functions>,
    pub(super) clock: Arc<StackClock>,
    pub(super) ended: watch::Receiver<bool>,
}

impl LiveApi {
    pub(crate) fn new(
        definition: Definition,
        connections: Arc<Connections>,
        functions: Arc<Functions>,
        clock: Arc<StackClock>,
        ended: watch::Receiver<bool>,
    ) -> Self {
        Self { definition: Arc::new(definition), connections, functions, clock, ended }
    }

    /// Closes connections that have reached their maximum lifetime, until the stack ends.
    pub(crate) async fn end_old_ones(self) {
        let Self { connections, mut ended, .. } = self;
        while tokio::time::timeout(CHECK_INTERVAL, ended.changed()).await.is_err() {
            connections.end_old();
        }
    }

    /// Returns whether a request asks for a WebSocket connection.
    pub(super) fn is_asked_for(request: &Request<Bytes>) -> bool {
        let upgrade = request.headers().get(UPGRADE).and_then(|upgrade| upgrade.to_str().ok());
        upgrade.is_some_and(|upgrade| upgrade.eq_ignore_ascii_case("websocket"))
    }

    /// Invokes the function with an event of a connection.
    pub(super) async fn deliver(&self, connection: &Connection, happened: Happened<'_>) -> Result<Value, String> {
        let event = connection.event(happened, self.clock.now());
        self.functions.invoke(&self.definition.function, event).await
    }
}
