//! The fields in use of API Gateway's WebSocket events, and the responses that API Gateway accepts.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use store::connections::ConnectionId;

/// A connection that opens or has closed, or a message that arrived on it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Event {
    pub(crate) request_context: Context,
    /// The headers as the client sent them.
    #[serde(default)]
    headers: Option<BTreeMap<String, String>>,
    #[serde(default)]
    query_string_parameters: Option<BTreeMap<String, String>>,
    /// The body of the message. It is always text: API Gateway closes a connection that sends anything else.
    #[serde(default)]
    pub(crate) body: Option<String>,
}

/// The connection that the event is about, and the event's route.
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
    /// Returns a header; the case of its name doesn't matter.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter().flatten();
        headers.find(|(of, _)| of.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// Returns a query parameter.
    pub(crate) fn query(&self, name: &str) -> Option<&str> {
        self.query_string_parameters.as_ref()?.get(name).map(String::as_str)
    }
}

/// The status that accepts or refuses a connection, or the text that replies to a message.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Answer {
    pub(crate) status_code: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) body: Option<String>,
}

impl Answer {
    /// The response without a text.
    pub(crate) const OK: Self = Self { status_code: 200, body: None };

    /// Returns a response with a text.
    pub(crate) fn text(text: &str) -> Self {
        Self { status_code: 200, body: Some(text.to_owned()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(text: &str) -> Event {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn what_api_gateway_sends_is_understood() {
        let by_ticket = event(include_str!("../../../events/live/connect-with-ticket.json"));
        assert_eq!(by_ticket.request_context.route_key, RouteKey::Connect);
        assert!(by_ticket.query("ticket").unwrap().starts_with("lt1."));
        assert_eq!(by_ticket.header("authorization"), None);
        let by_token = event(include_str!("../../../events/live/connect-with-token.json"));
        assert!(by_token.header("authorization").unwrap().starts_with("Bearer "));
        assert_eq!(by_token.query("ticket"), None);
        let ping = event(include_str!("../../../events/live/ping.json"));
        assert_eq!(
            (ping.request_context.route_key, ping.body.as_deref()),
            (RouteKey::Default, Some(r#"{"action": "ping"}"#))
        );
        let end = event(include_str!("../../../events/live/disconnect.json"));
        assert_eq!(end.request_context.route_key, RouteKey::Disconnect);
    }

    #[test]
    fn an_answer_without_a_text_has_no_body() {
        assert_eq!(serde_json::to_string(&Answer::OK).unwrap(), r#"{"statusCode":200}"#);
    }
}
