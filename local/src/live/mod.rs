//! API Gateway's WebSocket API in front of `live`. Events of sockets go to the function. Functions send messages to
//! connections by id, through the SDK.
//!
//! The API listens on the port of the stack's AWS, so that connections and the calls on them have the same address,
//! as in the cloud.

mod api;
mod connections;
mod event;
mod management;
mod port;
mod socket;

use std::{net::IpAddr, sync::Arc};

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
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tracing::instrument::WithSubscriber;

pub(crate) use self::{
    api::{Definition, LiveApi, STAGE},
    connections::Connections,
    management::Call,
    port::Port,
};
use self::{
    connections::Peer,
    event::{Connection, Happened},
    management::empty,
    socket::Socket,
};

/// Returns the address of the API without its stage. It is the address of the stack's AWS.
pub(crate) fn address(sdk: &SdkConfig) -> String {
    let aws = sdk.endpoint_url().unwrap_or_default();
    format!("ws{}", aws.strip_prefix("http").unwrap_or_default())
}

impl LiveApi {
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
}

/// Returns the status in a function's answer.
fn status(answer: &Value) -> Option<StatusCode> {
    StatusCode::from_u16(u16::try_from(answer["statusCode"].as_u64()?).ok()?).ok()
}

/// Returns an error response of API Gateway itself.
fn refusal(status: StatusCode, message: &str) -> Response<Bytes> {
    crate::aws::json_answer(status.as_u16(), "application/json", json!({"message": message}).to_string())
}
