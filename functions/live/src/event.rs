//! What API Gateway sends for a WebSocket, as far as it is used, and what it takes as an answer.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use store::connections::ConnectionId;

/// A connection that opens or has ended, or a message that came in by it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Event {
    pub(crate) request_context: Context,
    /// As the client sent them.
    #[serde(default)]
    headers: Option<BTreeMap<String, String>>,
    #[serde(default)]
    query_string_parameters: Option<BTreeMap<String, String>>,
    /// What came in. Only texts do: API Gateway closes a connection that sends anything else.
    #[serde(default)]
    pub(crate) body: Option<String>,
}

/// Which connection, and what of it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Context {
    pub(crate) route_key: RouteKey,
    pub(crate) connection_id: ConnectionId,
}

/// The routes of the WebSocket API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub(crate) enum RouteKey {
    #[serde(rename = "$connect")]
    Connect,
    #[serde(rename = "$disconnect")]
    Disconnect,
    #[serde(rename = "$default")]
    Default,
}

impl Event {
    /// A header, however its name is spelled.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter().flatten();
        headers.find(|(of, _)| of.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// A parameter of the query.
    pub(crate) fn query(&self, name: &str) -> Option<&str> {
        self.query_string_parameters.as_ref()?.get(name).map(String::as_str)
    }
}

/// The status with which a connection is opened or refused, or the text that answers a message.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Answer {
    pub(crate) status_code: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) body: Option<String>,
}

impl Answer {
    /// Nothing to say.
    pub(crate) const OK: Self = Self { status_code: 200, body: None };

    /// A text to send back.
    pub(crate) fn text(text: &str) -> Self {
        Self { status_code: 200, body: Some(text.to_owned()) }
    }
}
