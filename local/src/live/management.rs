//! Calls on connections: `POST`, `GET` and `DELETE` of `/{stage}/@connections/{id}`, as API Gateway answers them.

use bytes::Bytes;
use http::{HeaderValue, Method, Request, Response, StatusCode};
use serde_json::json;

use super::connections::{Connections, Described, Posted};
use crate::{aws::json_answer, gateway::percent_decoded};

/// The maximum size of a message, in bytes.
const MESSAGE: usize = 128 * 1024;

/// A call on a connection.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Call {
    /// The AWS name of the operation.
    pub(crate) operation: &'static str,
    connection: String,
}

impl Call {
    /// Returns the call of a request; `None` if the request is for another service.
    pub(crate) fn of(request: &Request<Bytes>) -> Option<Self> {
        let (_, connection) = request.uri().path().split_once("/@connections/")?;
        let operation = match *request.method() {
            Method::POST => "PostToConnection",
            Method::GET => "GetConnection",
            Method::DELETE => "DeleteConnection",
            _ => return None,
        };
        Some(Self { operation, connection: percent_decoded(connection.as_bytes()).into_owned() })
    }

    /// Executes the call.
    pub(crate) fn answer(&self, connections: &Connections, body: &Bytes) -> Response<Bytes> {
        match self.operation {
            "PostToConnection" => self.post(connections, body),
            "GetConnection" => match connections.describe(&self.connection) {
                Some(Described { connected_at, last_active_at, peer }) => json_answer(
                    200,
                    "application/json",
                    json!({
                        "connectedAt": connected_at.to_string(),
                        "lastActiveAt": last_active_at.to_string(),
                        "identity": {"sourceIp": peer.source, "userAgent": peer.user_agent},
                    })
                    .to_string(),
                ),
                None => gone(),
            },
            _ if connections.close(&self.connection) => empty(StatusCode::NO_CONTENT),
            _ => gone(),
        }
    }

    fn post(&self, connections: &Connections, body: &Bytes) -> Response<Bytes> {
        if body.len() > MESSAGE {
            return error(StatusCode::PAYLOAD_TOO_LARGE, "PayloadTooLargeException");
        }
        // Bodies that aren't text are sent as text, with the invalid bytes replaced.
        match connections.post(&self.connection, String::from_utf8_lossy(body).into_owned()) {
            Posted::Sent => empty(StatusCode::OK),
            Posted::Gone => gone(),
            Posted::Full => error(StatusCode::TOO_MANY_REQUESTS, "LimitExceededException"),
        }
    }
}

fn gone() -> Response<Bytes> {
    error(StatusCode::GONE, "GoneException")
}

fn error(status: StatusCode, kind: &'static str) -> Response<Bytes> {
    let mut answer = json_answer(status.as_u16(), "application/json", json!({"message": kind}).to_string());
    answer.headers_mut().insert("x-amzn-errortype", HeaderValue::from_static(kind));
    answer
}

/// Returns an answer without a body.
pub(super) fn empty(status: StatusCode) -> Response<Bytes> {
    let mut answer = Response::new(Bytes::new());
    *answer.status_mut() = status;
    answer
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::{super::connections::Peer, *};
    use crate::clock::StackClock;

    #[test]
    fn a_connection_is_named_in_the_path_by_any_stage() {
        let request = Request::post("/live/@connections/SzVb6dISIAMCJ7w%3D").body(Bytes::new()).unwrap();
        let call = Call { operation: "PostToConnection", connection: "SzVb6dISIAMCJ7w=".to_owned() };
        assert_eq!(Call::of(&request), Some(call));
        assert_eq!(Call::of(&Request::put("/rollcall-photos/a").body(Bytes::new()).unwrap()), None);
    }

    #[tokio::test]
    async fn a_connection_is_sent_to_described_and_closed_and_gone_then() {
        let clock = StackClock::new(Some(jiff::Timestamp::UNIX_EPOCH));
        let connections = Connections::new(Arc::new(clock));
        let peer = Peer { source: "203.0.113.7".to_owned(), user_agent: "a browser".to_owned() };
        let mut sent = connections.register("a=", jiff::Timestamp::UNIX_EPOCH, peer);
        let answer = |method, body: &'static str| {
            let request =
                Request::builder().method(method).uri("/live/@connections/a%3D").body(Bytes::from(body)).unwrap();
            Call::of(&request).unwrap().answer(&connections, request.body())
        };
        assert_eq!(answer(Method::POST, "hello").status(), 200);
        assert_eq!(sent.recv().await.as_deref(), Some("hello"));
        let described: serde_json::Value = serde_json::from_slice(answer(Method::GET, "").body()).unwrap();
        assert_eq!(described["identity"]["sourceIp"], "203.0.113.7");
        assert_eq!(answer(Method::DELETE, "").status(), 204);
        for method in [Method::POST, Method::GET, Method::DELETE] {
            let gone = answer(method, "");
            assert_eq!(
                (gone.status().as_u16(), &gone.headers()["x-amzn-errortype"]),
                (410, &HeaderValue::from_static("GoneException"))
            );
        }
    }

    #[test]
    fn a_message_of_more_than_128_kilobytes_is_refused() {
        let connections = Connections::new(Arc::default());
        let request = Request::post("/live/@connections/a").body(Bytes::from(vec![b'x'; MESSAGE + 1])).unwrap();
        let refused = Call::of(&request).unwrap().answer(&connections, request.body());
        assert_eq!(refused.status(), 413);
    }
}
