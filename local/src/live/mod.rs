//! API Gateway's WebSocket API in front of `live`. Events of sockets go to the function. Functions send messages to
//! connections by id, through the SDK.
//!
//! The API listens on the port of the stack's AWS, so that connections and the calls on them have the same address,
//! as in the cloud.

mod connections;
mod event;
mod management;
mod port;
mod socket;

use std::{net::IpAddr, sync::Arc, time::Duration};

use aws_config::SdkConfig;
use bytes::Bytes;
use data_encoding::BASE64URL;
use domain::ports::{Clock, random_bytes};
use http::{
    HeaderValue, Method, Request, Response, StatusCode,
    header::{CONNECTION, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_VERSION, UPGRADE},
};
use runtime::system::SystemEntropy;
use serde_json::{Value, json};
use tokio::sync::watch;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tracing::instrument::WithSubscriber;

pub(crate) use self::{connections::Connections, management::Call, port::Port};
use self::{
    connections::Peer,
    event::{Connection, Happened},
    socket::Socket,
};
use crate::{clock::StackClock, flow::Functions};

/// The stage, which is the path of the API's address.
pub(crate) const STAGE: &str = "live";

/// The interval between checks for connections that have reached their maximum lifetime.
const LOOK: Duration = Duration::from_secs(1);

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

/// Returns the address of the API without its stage. It is the address of the stack's AWS.
pub(crate) fn address(sdk: &SdkConfig) -> String {
    let aws = sdk.endpoint_url().unwrap_or_default();
    format!("ws{}", aws.strip_prefix("http").unwrap_or_default())
}

/// The WebSocket API.
#[derive(Debug, Clone)]
pub(crate) struct LiveApi {
    definition: Arc<Definition>,
    connections: Arc<Connections>,
    functions: Arc<Functions>,
    clock: Arc<StackClock>,
    ended: watch::Receiver<bool>,
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
        while tokio::time::timeout(LOOK, ended.changed()).await.is_err() {
            connections.end_old();
        }
    }

    /// Returns whether a request asks for a WebSocket connection.
    fn is_asked_for(request: &Request<Bytes>) -> bool {
        let upgrade = request.headers().get(UPGRADE).and_then(|upgrade| upgrade.to_str().ok());
        upgrade.is_some_and(|upgrade| upgrade.eq_ignore_ascii_case("websocket"))
    }

    /// Opens a connection if the function accepts it. Otherwise returns the function's status.
    async fn open(&self, request: Request<Bytes>, source: IpAddr) -> Response<Bytes> {
        let headers = request.headers();
        let key = headers.get(SEC_WEBSOCKET_KEY).map(|key| derive_accept_key(key.as_bytes()));
        let version = headers.get(SEC_WEBSOCKET_VERSION).is_some_and(|version| version == "13");
        let Some(accept) = key.filter(|_| version && request.method() == Method::GET) else {
            return refusal(StatusCode::BAD_REQUEST, "Bad Request");
        };
        if request.uri().path().trim_matches('/') != self.definition.stage {
            return refusal(StatusCode::FORBIDDEN, "Forbidden");
        }

        let id = BASE64URL.encode(&random_bytes::<11>(&SystemEntropy));
        let connection = Connection::new(id, &request, source, self.clock.now(), &self.definition.stage);
        let asked = self.deliver(&connection, Happened::Connect(&request)).await;
        let status = match asked.map(|answer| status(&answer)) {
            Ok(Some(status)) => status,
            Ok(None) => return refusal(StatusCode::INTERNAL_SERVER_ERROR, "Internal server error"),
            Err(error) => {
                tracing::error!(error, "a connection can't be decided on");
                return refusal(StatusCode::INTERNAL_SERVER_ERROR, "Internal server error");
            }
        };
        if !status.is_success() {
            return empty(status);
        }

        let peer = Peer { source: source.to_string(), user_agent: connection.user_agent.clone() };
        let outgoing = self.connections.register(&connection.id, connection.connected_at, peer);
        let socket = Socket { api: self.clone(), connection: Arc::new(connection), outgoing };
        tokio::spawn(socket.serve(hyper::upgrade::on(request)).with_current_subscriber());
        let mut answer = empty(StatusCode::SWITCHING_PROTOCOLS);
        let switch = answer.headers_mut();
        switch.insert(CONNECTION, HeaderValue::from_static("upgrade"));
        switch.insert(UPGRADE, HeaderValue::from_static("websocket"));
        if let Ok(accept) = HeaderValue::try_from(accept) {
            switch.insert(SEC_WEBSOCKET_ACCEPT, accept);
        }
        answer
    }

    /// Invokes the function with an event of a connection.
    async fn deliver(&self, connection: &Connection, happened: Happened<'_>) -> Result<Value, String> {
        let event = connection.event(happened, self.clock.now());
        self.functions.invoke(&self.definition.function, event).await
    }
}

/// Returns the status in a function's answer.
fn status(answer: &Value) -> Option<StatusCode> {
    StatusCode::from_u16(u16::try_from(answer["statusCode"].as_u64()?).ok()?).ok()
}

fn empty(status: StatusCode) -> Response<Bytes> {
    let mut answer = Response::new(Bytes::new());
    *answer.status_mut() = status;
    answer
}

/// Returns an error response of API Gateway itself.
fn refusal(status: StatusCode, message: &str) -> Response<Bytes> {
    crate::aws::json_answer(status.as_u16(), "application/json", json!({"message": message}).to_string())
}
