//! Responses of an HTTP function in the form in which Lambda passes them to API Gateway.

use std::{convert::Infallible, pin::Pin};

use axum::{
    Router,
    body::to_bytes,
    http::{
        HeaderMap, StatusCode,
        header::{CONTENT_ENCODING, CONTENT_TYPE},
    },
    response::Response,
};
use lambda_http::{Body, IntoResponse, Request, Service};
use tower::ServiceExt;

/// The beginnings of the content types whose bodies are text in the answer of a function. Other bodies are Base64.
const TEXT: [&str; 5] = ["text", "application/json", "application/javascript", "application/xml", "application/yaml"];

/// The ends of further content types of text.
const TEXT_SUFFIXES: [&str; 3] = ["+json", "+xml", "+yaml"];

/// A response whose body is text or Base64 by its content type.
///
/// `lambda_http` can convert responses of axum itself. It decodes text by the charset of its content type, so it links the tables of
/// all charsets, about 0.1 MB of each compressed function. Text of Rollcall is UTF-8, and other bytes stay as they are.
#[derive(Debug)]
pub struct LambdaAnswer(Response);

impl IntoResponse for LambdaAnswer {
    fn into_response(self) -> Pin<Box<dyn Future<Output = lambda_http::Response<Body>> + Send>> {
        Box::pin(async move {
            let (mut parts, body) = self.0.into_parts();
            let bytes = match to_bytes(body, usize::MAX).await {
                Ok(bytes) => Vec::from(bytes),
                Err(error) => {
                    tracing::error!(%error, "the body of a response can't be read");
                    parts.status = StatusCode::INTERNAL_SERVER_ERROR;
                    Vec::new()
                }
            };
            let body = if is_text(&parts.headers) {
                String::from_utf8(bytes).map_or_else(|error| Body::Binary(error.into_bytes()), Body::Text)
            } else {
                Body::Binary(bytes)
            };
            lambda_http::Response::from_parts(parts, body)
        })
    }
}

/// Returns the service of a router for Lambda, and for everything that takes its place.
pub fn for_lambda(
    router: Router,
) -> impl Service<Request, Response = LambdaAnswer, Error = Infallible, Future: Send + 'static> + Clone + Send + 'static
{
    ServiceExt::<Request>::map_response(router, LambdaAnswer)
}

/// Returns whether a body is text: by its content type, unless it is compressed. A body without a content type is text.
fn is_text(headers: &HeaderMap) -> bool {
    if headers.contains_key(CONTENT_ENCODING) {
        return false;
    }
    let Some(content_type) = headers.get(CONTENT_TYPE) else { return true };
    let content_type = content_type.to_str().unwrap_or_default();
    let media_type = content_type.trim().split(';').next().unwrap_or_default();
    TEXT.iter().any(|start| media_type.starts_with(start)) || TEXT_SUFFIXES.iter().any(|end| media_type.ends_with(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn answered(headers: &[(&str, &str)], body: &[u8]) -> Body {
        let mut response = Response::builder();
        for (name, value) in headers {
            response = response.header(*name, *value);
        }
        let response = response.body(axum::body::Body::from(body.to_vec())).unwrap();
        LambdaAnswer(response).into_response().await.into_body()
    }

    #[tokio::test]
    async fn text_stays_text_and_other_bodies_are_binary() {
        for content_type in [
            "application/json",
            "application/problem+json",
            "text/csv; charset=utf-8",
            "image/svg+xml",
            "application/yaml",
            "text/html",
        ] {
            let body = answered(&[("content-type", content_type)], "\u{feff}Ümit".as_bytes()).await;
            assert_eq!(body, Body::Text("\u{feff}Ümit".to_owned()), "{content_type}");
        }
        for content_type in ["application/octet-stream", "image/png", "application/zip"] {
            let body = answered(&[("content-type", content_type)], b"text").await;
            assert_eq!(body, Body::Binary(b"text".to_vec()), "{content_type}");
        }
        assert_eq!(answered(&[], b"text").await, Body::Text("text".to_owned()));
        assert_eq!(answered(&[], b"").await, Body::Text(String::new()));
    }

    #[tokio::test]
    async fn compressed_text_and_text_of_another_charset_keep_their_bytes() {
        let compressed = answered(&[("content-type", "text/css"), ("content-encoding", "br")], b"a{}").await;
        assert_eq!(compressed, Body::Binary(b"a{}".to_vec()));
        let western = answered(&[("content-type", "text/csv; charset=windows-1252")], b"\xdcmit").await;
        assert_eq!(western, Body::Binary(b"\xdcmit".to_vec()));
    }
}
