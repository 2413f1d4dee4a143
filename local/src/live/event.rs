//! The events that the function gets, in API Gateway's format for WebSocket APIs.

use std::net::IpAddr;

use bytes::Bytes;
use http::{
    HeaderMap, Request,
    header::{HOST, USER_AGENT},
};
use jiff::{Timestamp, tz::TimeZone};
use runtime::system::SystemEntropy;
use serde_json::{Map, Value, json};

use crate::{aws::ACCOUNT, gateway::request_id};

/// The data that every event of a connection contains.
#[derive(Debug)]
pub(super) struct Connection {
    pub(super) id: String,
    pub(super) connected_at: Timestamp,
    pub(super) user_agent: String,
    host: String,
    source: IpAddr,
    stage: String,
}

/// The cause of an event.
#[derive(Debug, Clone, Copy)]
pub(super) enum Happened<'a> {
    Connect(&'a Request<Bytes>),
    Message(&'a str),
    Disconnect { code: u16, reason: &'a str },
}

impl Connection {
    pub(super) fn new(
        id: String,
        request: &Request<Bytes>,
        source: IpAddr,
        connected_at: Timestamp,
        stage: &str,
    ) -> Self {
        let header = |name| request.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        Self {
            id,
            connected_at,
            user_agent: header(USER_AGENT).to_owned(),
            host: header(HOST).to_owned(),
            source,
            stage: stage.to_owned(),
        }
    }

    pub(super) fn event(&self, happened: Happened<'_>, now: Timestamp) -> Value {
        let (route, kind) = match happened {
            Happened::Connect(_) => ("$connect", "CONNECT"),
            Happened::Message(_) => ("$default", "MESSAGE"),
            Happened::Disconnect { .. } => ("$disconnect", "DISCONNECT"),
        };
        let id = request_id(&SystemEntropy);
        let mut context = json!({
            "routeKey": route,
            "eventType": kind,
            "extendedRequestId": id,
            "requestTime": now.to_zoned(TimeZone::UTC).strftime("%d/%b/%Y:%H:%M:%S %z").to_string(),
            "messageDirection": "IN",
            "stage": self.stage,
            "connectedAt": self.connected_at.as_millisecond(),
            "requestTimeEpoch": now.as_millisecond(),
            "identity": {"sourceIp": self.source.to_string(), "userAgent": self.user_agent},
            "requestId": id,
            "domainName": self.host,
            "connectionId": self.id,
            "apiId": "local",
            "accountId": ACCOUNT,
        });
        let mut event = json!({"isBase64Encoded": false});
        match happened {
            Happened::Connect(request) => {
                let (headers, all_headers) = by_name(headers(request.headers(), self.source));
                event["headers"] = headers;
                event["multiValueHeaders"] = all_headers;
                let query = request.uri().query().unwrap_or_default();
                let parameters: Vec<(String, String)> = serde_urlencoded::from_str(query).unwrap_or_default();
                if !parameters.is_empty() {
                    let (parameters, all_parameters) = by_name(parameters);
                    event["queryStringParameters"] = parameters;
                    event["multiValueQueryStringParameters"] = all_parameters;
                }
            }
            Happened::Message(text) => {
                context["messageId"] = request_id(&SystemEntropy).into();
                event["body"] = text.into();
            }
            Happened::Disconnect { code, reason } => {
                context["disconnectStatusCode"] = code.into();
                context["disconnectReason"] = reason.into();
            }
        }
        event["requestContext"] = context;
        event
    }
}

fn headers(headers: &HeaderMap, source: IpAddr) -> Vec<(String, String)> {
    let sent = headers.iter();
    let sent = sent.map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned()));
    sent.chain([("X-Forwarded-For".to_owned(), source.to_string())]).collect()
}

/// Returns the last value of each name, and all values of each name.
fn by_name(values: Vec<(String, String)>) -> (Value, Value) {
    let (mut last, mut all) = (Map::new(), Map::new());
    for (name, value) in values {
        if let Some(before) = all.entry(name.clone()).or_insert_with(|| json!([])).as_array_mut() {
            before.push(value.clone().into());
        }
        last.insert(name, value.into());
    }
    (last.into(), all.into())
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    #[test]
    fn a_connect_carries_headers_and_query_and_a_message_its_text() {
        let request = Request::get("/live?ticket=lt1.a%2Bb&x=1&x=2").header("host", "127.0.0.1:3001");
        let request = request.header("authorization", "Bearer t").body(Bytes::new()).unwrap();
        let source = Ipv4Addr::LOCALHOST.into();
        let connection = Connection::new("c=".to_owned(), &request, source, Timestamp::UNIX_EPOCH, "live");
        let connect = connection.event(Happened::Connect(&request), Timestamp::UNIX_EPOCH);
        assert_eq!(connect["requestContext"]["routeKey"], "$connect");
        assert_eq!(connect["requestContext"]["domainName"], "127.0.0.1:3001");
        assert_eq!(connect["headers"]["authorization"], "Bearer t");
        assert_eq!(connect["queryStringParameters"], json!({"ticket": "lt1.a+b", "x": "2"}));
        assert_eq!(connect["multiValueQueryStringParameters"]["x"], json!(["1", "2"]));
        let message = connection.event(Happened::Message("{}"), Timestamp::UNIX_EPOCH);
        assert_eq!((&message["body"], &message["requestContext"]["connectionId"]), (&json!("{}"), &json!("c=")));
        let end = connection.event(Happened::Disconnect { code: 1001, reason: "Going away" }, Timestamp::UNIX_EPOCH);
        assert_eq!(end["requestContext"]["disconnectStatusCode"], 1001);
    }
}
