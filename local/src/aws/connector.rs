//! The HTTP client of a function's AWS clients. It passes each request to the endpoint in this process.
//!
//! Clients sign, retry and parse as usual; only the socket is left out. So no function depends on where it runs.

use std::sync::Arc;

use aws_smithy_runtime_api::client::{
    http::{HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector},
    orchestrator::{HttpRequest, HttpResponse},
    result::ConnectorError,
    runtime_components::RuntimeComponents,
};
use aws_smithy_types::body::SdkBody;
use bytes::Bytes;
use http::{HeaderValue, header::HOST};
use http_body_util::BodyExt;

use super::Endpoint;
use crate::calls;

/// An HTTP client without a network.
#[derive(Debug, Clone)]
pub(super) struct InProcess {
    endpoint: Arc<Endpoint>,
}

impl InProcess {
    pub(super) fn new(endpoint: Arc<Endpoint>) -> Self {
        Self { endpoint }
    }
}

impl HttpClient for InProcess {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for InProcess {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let endpoint = Arc::clone(&self.endpoint);
        HttpConnectorFuture::new(async move {
            let request = request.try_into_http1x().map_err(|error| ConnectorError::user(error.into()))?;
            let (mut parts, body) = request.into_parts();
            // The host is part of the signature. Usually the HTTP connection adds the header, but here there is no
            // connection.
            if let Some(host) = parts.uri.authority().and_then(|host| HeaderValue::from_str(host.as_str()).ok()) {
                parts.headers.entry(HOST).or_insert(host);
            }
            let body: Bytes = body.collect().await.map_err(ConnectorError::user)?.to_bytes();
            let request = http::Request::from_parts(parts, body);
            // In a task of its own, like a request to a server: a call that its caller stops polling, or drops, would otherwise
            // keep its turn at the table, and all other calls would wait for it.
            let answering = tokio::spawn(calls::of_route(calls::route(), async move { endpoint.call(request).await }));
            let answer = match answering.await {
                Ok(answer) => answer,
                Err(error) => match error.try_into_panic() {
                    // A planned fault ends the function's own task.
                    Ok(panic) => std::panic::resume_unwind(panic),
                    Err(error) => return Err(ConnectorError::other(error.into(), None)),
                },
            };
            let answer = HttpResponse::try_from(answer.map(SdkBody::from));
            answer.map_err(|error| ConnectorError::other(error.into(), None))
        })
    }
}
