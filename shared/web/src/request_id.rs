//! The `x-request-id` header of every response. Problems repeat the id in their body.

use std::{fmt, sync::Arc};

use axum::{
    body::Body,
    extract::{FromRequestParts, Request},
    middleware::Next,
    response::{IntoResponse, Response},
};
use domain::{id::UserId, language::Language};
use http::{HeaderName, HeaderValue, header, request::Parts};
use lambda_http::{RequestExt, request::RequestContext};

use crate::Problem;

/// The name of the header.
pub const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The id that API Gateway gave the request, and the language of the problems in its response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestId {
    id: Arc<str>,
    language: Language,
}

impl RequestId {
    /// Returns the id as text.
    pub fn as_str(&self) -> &str {
        &self.id
    }

    /// Returns the language of problems: the best match for `Accept-Language`, otherwise English.
    pub const fn language(&self) -> Language {
        self.language
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.id)
    }
}

impl<S: Sync> FromRequestParts<S> for RequestId {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        Ok(parts
            .extensions
            .get::<Self>()
            .cloned()
            .unwrap_or_else(|| Self { id: "none".into(), language: Language::En }))
    }
}

/// The data for a request's log line that the extractors collect and the logging layer writes.
#[derive(Debug, Clone, Default)]
pub struct Seen(Arc<std::sync::OnceLock<UserId>>);

impl Seen {
    /// Records the caller, or the person whose account is signed in to.
    pub fn caller(&self, user: UserId) {
        // A request has one caller, so a second record would be the same.
        let _ = self.0.set(user);
    }

    /// Returns the id of the caller if they were signed in.
    pub fn caller_id(&self) -> Option<UserId> {
        self.0.get().copied()
    }
}

impl<S: Sync> FromRequestParts<S> for Seen {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        Ok(parts.extensions.get::<Self>().cloned().unwrap_or_default())
    }
}

/// Returns the language that the client prefers for problems.
fn language(request: &Request) -> Language {
    let preferences = request.headers().get_all(header::ACCEPT_LANGUAGE);
    let preferences: Vec<&str> = preferences.iter().filter_map(|value| value.to_str().ok()).collect();
    texts::negotiate(&preferences.join(","))
}

/// Gives the request its id, adds the header to the response, and writes the body of a problem.
pub async fn layer(mut request: Request, next: Next) -> Response {
    let id = match request.request_context_ref() {
        Some(RequestContext::ApiGatewayV2(context)) => context.request_id.as_deref(),
        // In production, only API Gateway's HTTP API calls the function. Other contexts occur in tests, which don't need an id.
        Some(_) | None => None,
    };
    let id = RequestId { id: id.unwrap_or("none").into(), language: language(&request) };
    request.extensions_mut().insert(id.clone());
    let mut response = next.run(request).await;
    if let Some(problem) = response.extensions_mut().remove::<Problem>() {
        response.extensions_mut().insert(problem.code());
        let body = axum::Json(problem.body(id.as_str(), id.language())).into_response().into_body();
        *response.body_mut() = Body::new(body);
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        response.headers_mut().remove(header::CONTENT_LENGTH);
        response.headers_mut().insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(id.language().code()));
        response.headers_mut().append(header::VARY, HeaderValue::from_static("accept-language"));
    }
    if let Ok(value) = HeaderValue::from_str(id.as_str()) {
        response.headers_mut().insert(X_REQUEST_ID, value);
    }
    response.headers_mut().insert(header::STRICT_TRANSPORT_SECURITY, HSTS);
    response
}

/// The HSTS header: browsers use HTTPS for the host and its subdomains for a year (OWASP ASVS 5.0, 3.4.1). Browsers ignore it
/// over plain HTTP, which the local stack uses.
const HSTS: HeaderValue = HeaderValue::from_static("max-age=31536000; includeSubDomains");
