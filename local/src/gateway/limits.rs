//! The size limits of API Gateway and Lambda, and their error responses. These responses are AWS's own, and don't
//! have the format of Rollcall's problems.

use bytes::Bytes;
use http::{
    HeaderValue, Request, Response, StatusCode,
    header::{CONTENT_TYPE, HOST},
    uri::Authority,
};
use serde_json::json;
use url::Url;

/// The maximum size of the request line and headers, in bytes.
const HEADERS: usize = 10_240;
/// The maximum size of a request body, in bytes.
pub(super) const BODY: usize = 10 * 1024 * 1024;
/// The maximum size of a Lambda event or answer, as JSON text, in bytes.
const PAYLOAD: usize = 6 * 1024 * 1024;

/// An error response of API Gateway itself.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Refusal {
    status: StatusCode,
    message: &'static str,
}

impl Refusal {
    pub(super) const HEADERS_TOO_LARGE: Self =
        Self { status: StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, message: "Request Header Fields Too Large" };
    pub(super) const BAD_REQUEST: Self = Self { status: StatusCode::BAD_REQUEST, message: "Bad Request" };
    pub(super) const NOT_FOUND: Self = Self { status: StatusCode::NOT_FOUND, message: "Not Found" };
    pub(super) const TOO_LARGE: Self =
        Self { status: StatusCode::PAYLOAD_TOO_LARGE, message: "Request Entity Too Large" };
    pub(super) const INTERNAL_SERVER_ERROR: Self =
        Self { status: StatusCode::INTERNAL_SERVER_ERROR, message: "Internal Server Error" };
    pub(super) const SERVICE_UNAVAILABLE: Self =
        Self { status: StatusCode::SERVICE_UNAVAILABLE, message: "Service Unavailable" };

    pub(super) fn into_answer(self) -> Response<Bytes> {
        let mut answer = Response::new(json!({"message": self.message}).to_string().into());
        *answer.status_mut() = self.status;
        answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        answer
    }
}

pub(super) fn check_request(request: &Request<Bytes>) -> Result<(), Refusal> {
    // In the cloud, a request with an invalid Host reaches no API. `lambda_http` relies on that: it would panic.
    let host = request.headers().get(HOST).map_or(Ok("localhost"), HeaderValue::to_str);
    if host.is_err() || host.is_ok_and(|host| Url::parse(&format!("http://{host}/")).is_err()) {
        return Err(Refusal::BAD_REQUEST);
    }
    // Two servers may interpret a request with two hosts differently.
    let is_other = |authority: &Authority| request.headers().get(HOST).is_some_and(|host| host != authority.as_str());
    if request.headers().get_all(HOST).iter().count() > 1 || request.uri().authority().is_some_and(is_other) {
        return Err(Refusal::BAD_REQUEST);
    }
    let line = request.method().as_str().len() + request.uri().path_and_query().map_or(0, |path| path.as_str().len());
    let headers: usize = request.headers().iter().map(|(name, value)| name.as_str().len() + value.len()).sum();
    if line + headers > HEADERS {
        return Err(Refusal::HEADERS_TOO_LARGE);
    }
    if request.body().len() > BODY {
        return Err(Refusal::TOO_LARGE);
    }
    Ok(())
}

pub(super) fn check_event(event: &str) -> Result<(), Refusal> {
    if event.len() > PAYLOAD { Err(Refusal::TOO_LARGE) } else { Ok(()) }
}

pub(super) fn check_answer(answer: &str) -> Result<(), Refusal> {
    if answer.len() > PAYLOAD {
        tracing::error!(bytes = answer.len(), "the function's answer is more than Lambda carries");
        return Err(Refusal::INTERNAL_SERVER_ERROR);
    }
    Ok(())
}
