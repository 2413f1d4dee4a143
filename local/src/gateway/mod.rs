//! API Gateway's HTTP API in front of the functions: what a client sends becomes the event that the function gets in the
//! cloud, and what the function answers becomes what the client would get, within the cloud's limits.
//!
//! The way is the real one up to JSON text and back, so that what doesn't survive an event (a second header of one name,
//! a path's percent signs, a body of 7 MB) doesn't survive here either.

mod answer;
mod controls;
mod cors;
mod event;
mod limits;
mod paths;
mod routes;
mod server;

use std::{collections::BTreeMap, net::IpAddr, sync::Arc, time::Duration};

use axum::Router;
use bytes::Bytes;
use domain::ports::Clock;
use http::{Request, Response};
use lambda_http::{Adapter, LambdaEvent, Service, request::LambdaRequest};
use runtime::system::SystemEntropy;

use crate::{calls::Calls, clock::StackClock};

pub(crate) use self::{
    controls::Controls, cors::Cors, event::percent_decoded, paths::PathTemplates, routes::RouteTable,
    server::{Answers, Server},
};

/// An integration that takes longer is given up by API Gateway.
const INTEGRATION_TIMEOUT: Duration = Duration::from_secs(30);

/// The HTTP API with the functions behind it.
#[derive(Debug)]
pub(crate) struct Gateway {
    pub(crate) routes: RouteTable,
    pub(crate) paths: PathTemplates,
    pub(crate) functions: BTreeMap<String, Router>,
    pub(crate) cors: Cors,
    pub(crate) clock: Arc<StackClock>,
    pub(crate) calls: Arc<Calls>,
    pub(crate) timeout: Duration,
}

impl Gateway {
    pub(crate) fn new(
        routes: RouteTable,
        paths: PathTemplates,
        functions: BTreeMap<String, Router>,
        clock: Arc<StackClock>,
        calls: Arc<Calls>,
    ) -> Self {
        Self { routes, paths, functions, cors: Cors::of_api(), clock, calls, timeout: INTEGRATION_TIMEOUT }
    }

    /// Answers a client's request.
    pub(crate) async fn answer(&self, request: Request<Bytes>, source: IpAddr) -> Response<Bytes> {
        let origin = request.headers().get(http::header::ORIGIN).cloned();
        if let Some(preflight) = self.cors.preflight(&request) {
            return preflight;
        }
        let mut answer = if let Some(control) = Controls::path(&request) {
            Controls { clock: &self.clock, calls: &self.calls }.answer(control, &request)
        } else {
            self.invoke(request, source).await.unwrap_or_else(limits::Refusal::into_answer)
        };
        self.cors.mark(origin.as_ref(), answer.headers_mut());
        answer
    }

    /// Has the function of the request's route answer it.
    async fn invoke(&self, request: Request<Bytes>, source: IpAddr) -> Result<Response<Bytes>, limits::Refusal> {
        limits::check_request(&request)?;
        let request_id = event::request_id(&SystemEntropy);
        let path = event::raw_path(&request);
        let route = self.routes.find(request.method(), &path).ok_or(limits::Refusal::NOT_FOUND)?;
        let Some(function) = self.functions.get(route.function).cloned() else {
            tracing::error!(function = route.function, "no such function");
            return Err(limits::Refusal::INTERNAL_SERVER_ERROR);
        };
        let counted_as = self.paths.name(request.method(), &path).unwrap_or_else(|| route.key.to_owned());
        let now = self.clock.now();
        let event = event::event(&request, &path, &route, source, now, &request_id).to_string();
        limits::check_event(&event)?;

        // A task of its own: a panic ends this invocation alone, and a client that hangs up doesn't end it at all.
        let calls = Arc::clone(&self.calls);
        let mut context = lambda_http::Context::default();
        context.request_id.clone_from(&request_id);
        let invocation =
            async move { calls.of_request(counted_as.into(), run(function, event, context)).await };
        let mut invocation = tokio::spawn(invocation);
        let Ok(ended) = tokio::time::timeout(self.timeout, &mut invocation).await else {
            invocation.abort();
            tracing::error!(function = route.function, path, "timed out");
            return Err(limits::Refusal::SERVICE_UNAVAILABLE);
        };
        let answer = match ended {
            Ok(Ok(answer)) => answer,
            Ok(Err(error)) => {
                tracing::error!(function = route.function, path, error, "failed");
                return Err(limits::Refusal::INTERNAL_SERVER_ERROR);
            }
            Err(panic) => {
                tracing::error!(function = route.function, path, %panic, "panicked");
                return Err(limits::Refusal::INTERNAL_SERVER_ERROR);
            }
        };
        limits::check_answer(&answer)?;
        answer::response(&answer, &request_id).ok_or_else(|| {
            tracing::error!(function = route.function, path, "answered something that is no HTTP response");
            limits::Refusal::INTERNAL_SERVER_ERROR
        })
    }
}

impl server::Answers for Gateway {
    async fn answer(&self, request: Request<Bytes>, source: IpAddr) -> Response<Bytes> {
        Self::answer(self, request, source).await
    }
}

/// One invocation of a function: from the event's text to the answer's.
async fn run(function: Router, event: String, context: lambda_http::Context) -> Result<String, String> {
    let event: LambdaRequest = serde_json::from_str(&event).map_err(|error| error.to_string())?;
    let answered = Adapter::from(function).call(LambdaEvent::new(event, context)).await;
    let answer = answered.unwrap_or_else(|never| match never {});
    serde_json::to_string(&answer).map_err(|error| error.to_string())
}
