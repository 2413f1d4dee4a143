//! Answers of the AWS JSON protocols.

use bytes::Bytes;
use http::{HeaderValue, Response};

/// Returns an answer of a service that uses an AWS JSON protocol.
pub(crate) fn json_answer(status: u16, content_type: &'static str, body: impl Into<Bytes>) -> Response<Bytes> {
    let mut answer = Response::new(body.into());
    *answer.status_mut() = http::StatusCode::from_u16(status).unwrap_or(http::StatusCode::INTERNAL_SERVER_ERROR);
    answer.headers_mut().insert(http::header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    answer
}
