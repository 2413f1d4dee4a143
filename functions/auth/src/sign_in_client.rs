//! The device and network address of a sign-in, for the list of sessions.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use http::{header, request::Parts};
use lambda_http::request::RequestContext;
use store::sign_ins::SignInClient;

/// The maximum number of characters that are kept of a `User-Agent`.
const MAX_DEVICE_CHARS: usize = 300;

/// The device and network address of a request.
#[derive(Debug, Clone)]
pub(crate) struct Client(pub(crate) SignInClient);

impl<S: Sync> FromRequestParts<S> for Client {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let agent = parts.headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok());
        let ip_address = source_ip(parts);
        let device = agent.map(|agent| agent.chars().take(MAX_DEVICE_CHARS).collect());
        Ok(Self(SignInClient { device, ip_address }))
    }
}

/// Returns the client's address that API Gateway reports.
pub(crate) fn source_ip(parts: &Parts) -> Option<String> {
    match parts.extensions.get::<RequestContext>() {
        Some(RequestContext::ApiGatewayV2(context)) => context.http.source_ip.clone(),
        // Only API Gateway's HTTP API calls this function; any other request is a test without an event.
        Some(_) | None => None,
    }
}
