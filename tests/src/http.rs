//! Calls to the API, as a client makes them.

use std::time::Duration;

use reqwest::{Method, StatusCode, header::HeaderMap};
use serde_json::Value;

use crate::{Person, described::Exchange};

/// The time for which the client of a company keeps an idle connection. The stack closes such a connection after 30 seconds, and a
/// request that is sent at that moment would fail.
const MAX_IDLE_TIME: Duration = Duration::from_secs(10);

/// Returns a client for the calls of a company.
pub(crate) fn client() -> reqwest::Client {
    reqwest::Client::builder().pool_idle_timeout(MAX_IDLE_TIME).build().expect("the client can be made")
}

/// A request that is being built.
#[derive(Debug)]
#[must_use = "a call that isn't sent does nothing"]
pub struct Call(pub(crate) reqwest::RequestBuilder);

/// A complete response.
#[derive(Debug, Clone)]
pub struct Reply {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body as JSON; `null` if it is empty or isn't JSON.
    pub body: Value,
    /// The body as text.
    pub text: String,
}

impl Call {
    /// Signs the call with a person's access token.
    pub fn by(self, person: &Person) -> Self {
        Self(self.0.bearer_auth(&person.access_token))
    }

    /// Signs the call with any token.
    pub fn token(self, token: &str) -> Self {
        Self(self.0.bearer_auth(token))
    }

    /// Adds a header.
    pub fn header(self, name: &str, value: &str) -> Self {
        Self(self.0.header(name, value))
    }

    /// Sends a JSON body.
    #[expect(clippy::needless_pass_by_value, reason = "reads better with `json!`")]
    pub fn json(self, body: Value) -> Self {
        Self(self.0.json(&body))
    }

    /// Sends a raw body.
    pub fn raw(self, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        Self(self.0.header("content-type", content_type).body(body.into()))
    }

    /// Sends the call, reads the response, and compares both with the OpenAPI document.
    pub async fn send(self) -> Reply {
        let (client, request) = self.0.build_split();
        let request = request.expect("the request can be made");
        let (method, path) = (request.method().clone(), request.url().path().to_owned());
        let sent = request.body().and_then(reqwest::Body::as_bytes).and_then(|body| serde_json::from_slice(body).ok());
        let response = client.execute(request).await.expect("the stack answers");
        let (status, headers) = (response.status(), response.headers().clone());
        let text = response.text().await.expect("the answer is a text");
        let body = serde_json::from_str(&text).unwrap_or(Value::Null);
        let exchange =
            Exchange { method: &method, path: &path, sent: sent.as_ref(), status, headers: &headers, received: &body };
        exchange.check();
        Reply { status, headers, body, text }
    }
}

/// A binary response.
#[derive(Debug, Clone)]
pub struct Download {
    /// The headers.
    pub headers: HeaderMap,
    /// The bytes of the body.
    pub bytes: Vec<u8>,
}

impl Call {
    /// Sends the call and reads the bytes of the response. Fails with the response if the status isn't 200.
    pub async fn download(self) -> Download {
        let response = self.0.send().await.expect("the stack answers");
        let (status, headers) = (response.status(), response.headers().clone());
        let bytes = response.bytes().await.expect("the answer comes whole").to_vec();
        assert_eq!(status.as_u16(), 200, "{}", String::from_utf8_lossy(&bytes));
        Download { headers, bytes }
    }
}

impl Reply {
    /// Asserts the status, and shows the whole response if it differs.
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{}", self.text);
        self
    }

    /// Asserts a problem with the given status and code.
    #[track_caller]
    pub fn expect_problem(self, status: u16, code: &str) -> Self {
        let reply = self.expect(status);
        assert_eq!(reply.headers["content-type"], "application/problem+json", "{}", reply.text);
        assert_eq!(reply.body["code"], code, "{}", reply.text);
        assert_eq!(reply.body["status"], status);
        assert_eq!(reply.body["request_id"].as_str(), reply.header("x-request-id"));
        reply
    }

    /// Asserts a 422 that names `path`.
    #[track_caller]
    pub fn expect_invalid(self, path: &str) -> Self {
        let reply = self.expect_problem(422, "invalid_values");
        let paths: Vec<&str> =
            reply.body["errors"].as_array().into_iter().flatten().filter_map(|error| error["path"].as_str()).collect();
        assert!(paths.contains(&path), "{path} is not among {paths:?}: {}", reply.text);
        reply
    }

    /// Returns a header as text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// Returns a text field of the body.
    #[track_caller]
    pub fn str(&self, field: &str) -> &str {
        self.body[field].as_str().unwrap_or_else(|| panic!("{field} is not a text in {}", self.text))
    }

    /// Returns the items of a list.
    #[track_caller]
    pub fn items(&self) -> &Vec<Value> {
        self.body["items"].as_array().unwrap_or_else(|| panic!("no items in {}", self.text))
    }
}

/// The methods of the API.
pub const METHODS: [Method; 5] = [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE];
