//! API Gateway's HTTP API in front of the functions. A client's request becomes the event that the function gets in
//! the cloud. The function's answer becomes the response that the client would get, within the limits of the cloud.
//!
//! Requests and answers are really converted to JSON text and back. So whatever is lost in the cloud is lost here
//! too: a second header with the same name, a path's percent signs, a body of 7 MB.

mod answer;
mod certificate;
mod controls;
mod cors;
mod device_port;
mod event;
mod limits;
mod links;
mod paths;
mod routes;
mod server;

use std::{
    collections::BTreeMap,
    net::IpAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use axum::Router;
use bytes::Bytes;
use domain::ports::Clock;
use http::{HeaderValue, Request, Response};
use lambda_http::{Adapter, LambdaEvent, Service, request::LambdaRequest};
use runtime::system::SystemEntropy;
use store::Store;
use tracing::instrument::WithSubscriber;

use crate::{aws::Mailbox, calls::Calls, clock::StackClock, flow::Flow};

use self::controls::Controls;
pub use self::cors::Origin;
pub(crate) use self::{
    certificate::Certificate,
    cors::{Cors, CorsRequest},
    device_port::{DevicePort, DeviceSecret},
    event::{percent_decoded, request_id},
    links::Links,
    paths::PathTemplates,
    routes::RouteTable,
    server::{Answers, Scheme, Server},
};

/// The time after which API Gateway gives up an integration.
const INTEGRATION_TIMEOUT: Duration = Duration::from_secs(30);

/// The HTTP API with its functions.
#[derive(Debug)]
pub(crate) struct Gateway {
    routes: RouteTable,
    paths: PathTemplates,
    functions: BTreeMap<String, Router>,
    cors: Cors,
    clock: Arc<StackClock>,
    calls: Arc<Calls>,
    flow: Arc<Flow>,
    mailbox: Arc<Mailbox>,
    links: Links,
    table: Store,
    has_demo: AtomicBool,
    timeout: Duration,
}

/// The parts of the stack that the gateway shares.
pub(crate) struct Shared {
    pub(crate) clock: Arc<StackClock>,
    pub(crate) calls: Arc<Calls>,
    pub(crate) flow: Arc<Flow>,
    pub(crate) mailbox: Arc<Mailbox>,
    pub(crate) links: Links,
    pub(crate) table: Store,
}

impl Gateway {
    pub(crate) fn new(
        routes: RouteTable,
        paths: PathTemplates,
        functions: BTreeMap<String, Router>,
        cors: Cors,
        shared: Shared,
    ) -> Self {
        let Shared { clock, calls, flow, mailbox, links, table } = shared;
        Self {
            routes,
            paths,
            functions,
            cors,
            clock,
            calls,
            flow,
            mailbox,
            links,
            table,
            has_demo: AtomicBool::default(),
            timeout: INTEGRATION_TIMEOUT,
        }
    }

    /// Returns the gateway with a longer time limit for its integrations.
    pub(crate) fn with_time_limit_factor(self, factor: u32) -> Self {
        Self { timeout: self.timeout.saturating_mul(factor), ..self }
    }

    /// Records that the demo company is complete. It is created through the gateway.
    pub(crate) fn has_demo(&self) {
        self.has_demo.store(true, Ordering::Relaxed);
    }

    /// Answers a request of a client.
    pub(crate) async fn answer(&self, request: Request<Bytes>, source: IpAddr) -> Response<Bytes> {
        let asked = CorsRequest::of(request.headers());
        if let Some(preflight) = self.cors.preflight(&request) {
            return preflight;
        }
        let mut answer = if let Some(control) = Controls::path(&request) {
            let has_demo = self.has_demo.load(Ordering::Relaxed);
            let controls = Controls {
                clock: &self.clock,
                calls: &self.calls,
                flow: &self.flow,
                mailbox: &self.mailbox,
                table: &self.table,
                has_demo,
            };
            controls.answer(&control, &request, source).await
        } else {
            let (host, scheme) = (request.headers().get(http::header::HOST).cloned(), Scheme::of(&request));
            let answer = self.invoke(request, source).await.unwrap_or_else(limits::Refusal::into_answer);
            self.links.follow(host.as_ref(), scheme, answer)
        };
        self.cors.mark(&asked, answer.headers_mut());
        // The date by the stack's clock, which pages use.
        let date = self.clock.now().strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
        if let Ok(date) = HeaderValue::try_from(date) {
            answer.headers_mut().insert(http::header::DATE, date);
        }
        answer
    }

    /// Invokes the function of the request's route, and returns its answer.
    async fn invoke(&self, request: Request<Bytes>, source: IpAddr) -> Result<Response<Bytes>, limits::Refusal> {
        limits::check_request(&request)?;
        let request_id = request_id(&SystemEntropy);
        let path = event::raw_path(&request).ok_or(limits::Refusal::NOT_FOUND)?;
        let route = self.routes.find(request.method(), &path).ok_or(limits::Refusal::NOT_FOUND)?;
        let Some(function) = self.functions.get(route.function).cloned() else {
            tracing::error!(function = route.function, "no such function");
            return Err(limits::Refusal::INTERNAL_SERVER_ERROR);
        };
        let counted_as = self.paths.name(request.method(), &path).unwrap_or_else(|| route.key.to_owned());
        if !request.method().is_safe() {
            self.flow.give_way().await;
        }
        let now = self.clock.now();
        let event = event::event(&request, &path, &route, source, now, &request_id).to_string();
        limits::check_event(&event)?;

        // The function runs in a task of its own. So a panic ends only this invocation, and it continues if the
        // client disconnects.
        let calls = Arc::clone(&self.calls);
        let mut context = lambda_http::Context::default();
        context.request_id.clone_from(&request_id);
        let invocation = async move { calls.of_request(counted_as.into(), run(function, event, context)).await };
        let mut invocation = tokio::spawn(invocation.with_current_subscriber());
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

impl Answers for Gateway {
    async fn answer(&self, request: Request<Bytes>, source: IpAddr) -> Response<Bytes> {
        Gateway::answer(self, request, source).await
    }
}

/// Runs one invocation of a function, from the event's text to the answer's text.
async fn run(function: Router, event: String, context: lambda_http::Context) -> Result<String, String> {
    let event: LambdaRequest = serde_json::from_str(&event).map_err(|error| error.to_string())?;
    // The adapter isn't `Send`, but its future is.
    let answering = Adapter::from(runtime::for_lambda(function)).call(LambdaEvent::new(event, context));
    let answered = answering.await;
    let answer = answered.unwrap_or_else(|never| match never {});
    serde_json::to_string(&answer).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use axum::{
        http::StatusCode,
        routing::{any, get, post},
    };
    use serde_json::{Value, json};

    use super::*;

    const SOURCE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

    /// Returns a gateway with one function whose paths say what it does.
    fn gateway() -> Gateway {
        async fn breaks() -> StatusCode {
            panic!("on purpose")
        }
        let function = Router::new()
            .route("/test/echo", post(|body: Bytes| async { ([("x-one", "1"), ("etag", "\"2\"")], body) }))
            .route("/test/panic", get(breaks))
            .route("/test/large", get(|| async { "x".repeat(6 * 1024 * 1024) }))
            .route("/test/slow", get(std::future::pending::<String>))
            .route("/test/{name}", any(|axum::extract::Path(name): axum::extract::Path<String>| async { name }))
            .layer(axum::extract::DefaultBodyLimit::disable())
            .fallback(|| async { (StatusCode::NOT_FOUND, "no such thing") });
        let routes = ["$default", "ANY /test", "ANY /test/{proxy+}"];
        let routes = RouteTable::new(routes.map(|key| (key.to_owned(), "test".to_owned()))).unwrap();
        let paths = PathTemplates::new([("GET".to_owned(), "/test/{name}".to_owned())]);
        let functions = BTreeMap::from([("test".to_owned(), function)]);
        let cors = crate::template::Template::embedded().unwrap().cors_of_api().unwrap();
        let flow = Flow::new(Arc::new(crate::flow::Bus::new(Vec::new(), None)), crate::flow::DeadLetters::default());
        let links = Links::new("127.0.0.1:3001".parse().unwrap());
        let mailbox = Arc::new(Mailbox::new(Arc::default()));
        let sdk = aws_config::SdkConfig::builder().behavior_version(aws_config::BehaviorVersion::latest()).build();
        let table = Store::new(aws_sdk_dynamodb::Client::new(&sdk), "rollcall", Arc::new(SystemEntropy));
        let (clock, calls) = (Arc::default(), Arc::default());
        let shared = Shared { clock, calls, flow: Arc::new(flow), mailbox, links, table };
        Gateway::new(routes, paths, functions, cors, shared)
    }

    async fn send(gateway: &Gateway, request: http::request::Builder, body: impl Into<Bytes>) -> Response<Bytes> {
        gateway.answer(request.body(body.into()).unwrap(), SOURCE).await
    }

    fn body(answer: &Response<Bytes>) -> Value {
        serde_json::from_slice(answer.body()).unwrap()
    }

    #[tokio::test]
    async fn a_request_passes_through_an_event_and_its_answer_comes_back() {
        let gateway = gateway();
        for (content_type, sent) in [("application/json", b"{}".as_slice()), ("image/png", &[0xff, 0, 1])] {
            let request = Request::post("/test/echo").header("content-type", content_type);
            let answer = send(&gateway, request, sent).await;
            assert_eq!((answer.status(), answer.body().as_ref()), (StatusCode::OK, sent));
            assert_eq!(answer.headers()["x-one"], "1");
        }
        let decoded = send(&gateway, Request::get("/test/J%C3%BCrgen%20M"), "").await;
        assert_eq!(decoded.body(), "Jürgen M");
        let lost = send(&gateway, Request::get("/elsewhere"), "").await;
        assert_eq!((lost.status(), lost.body().as_ref()), (StatusCode::NOT_FOUND, b"no such thing".as_slice()));
    }

    #[tokio::test]
    async fn a_panic_is_one_failed_request() {
        let gateway = gateway();
        let answer = send(&gateway, Request::get("/test/panic").header("origin", "http://localhost:5173"), "").await;
        assert_eq!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR);
        assert_eq!(body(&answer), json!({"message": "Internal Server Error"}));
        assert!(answer.headers().contains_key("access-control-allow-origin"));
        assert_eq!(send(&gateway, Request::get("/test/on"), "").await.status(), StatusCode::OK);
    }

    #[tokio::test]
    async fn bodies_above_api_gateways_limits_get_its_error_responses() {
        let gateway = gateway();
        let mib = |count: usize| vec![b'x'; count * 1024 * 1024];
        let text = || Request::post("/test/echo").header("content-type", "text/plain");
        assert_eq!(send(&gateway, text(), mib(4)).await.status(), StatusCode::OK);
        // In base64, 5 MB take more than 6 MB.
        for (request, bytes) in [(text(), mib(6)), (Request::post("/test/echo"), mib(5)), (text(), mib(11))] {
            let answer = send(&gateway, request, bytes).await;
            assert_eq!(answer.status(), StatusCode::PAYLOAD_TOO_LARGE);
            assert_eq!(body(&answer), json!({"message": "Request Entity Too Large"}));
        }
        let answer = send(&gateway, Request::get("/test/large"), "").await;
        assert_eq!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR);
        let answer = send(&gateway, Request::get("/test/on").header("x-long", "x".repeat(10_240)), "").await;
        assert_eq!(answer.status(), StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE);
    }

    #[tokio::test]
    async fn a_host_that_is_none_is_refused_before_the_function() {
        let gateway = gateway();
        for host in ["a b", "localhost:99999", "[::1", "xn--", ""] {
            let answer = send(&gateway, Request::get("/test/on").header("host", host), "").await;
            assert_eq!(answer.status(), StatusCode::BAD_REQUEST, "{host:?}");
        }
        let answer = send(&gateway, Request::get("/test/on").header("host", "[::1]:3000"), "").await;
        assert_eq!(answer.status(), StatusCode::OK);
    }

    #[tokio::test]
    async fn a_function_that_takes_too_long_is_given_up() {
        let gateway = Gateway { timeout: Duration::from_millis(20), ..gateway() };
        let answer = send(&gateway, Request::get("/test/slow"), "").await;
        assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(body(&answer), json!({"message": "Service Unavailable"}));
    }

    #[tokio::test]
    async fn a_preflight_request_is_answered_without_the_function() {
        let gateway = gateway();
        let preflight = |origin: &str| {
            Request::options("/test/echo").header("origin", origin).header("access-control-request-method", "POST")
        };
        let allowed = send(&gateway, preflight("http://localhost:5173"), "").await;
        assert_eq!((allowed.status(), allowed.body().len()), (StatusCode::NO_CONTENT, 0));
        assert_eq!(allowed.headers()["access-control-allow-origin"], "http://localhost:5173");
        assert!(allowed.headers()["access-control-allow-headers"].to_str().unwrap().contains("idempotency-key"));
        assert_eq!(allowed.headers()["access-control-max-age"], "7200", "as in the cloud");
        let refused = send(&gateway, preflight("https://example.com"), "").await;
        assert!(!refused.headers().contains_key("access-control-allow-origin"));
        assert_eq!(gateway.calls.report().routes, []);
    }

    #[tokio::test]
    async fn only_a_page_of_a_loopback_address_may_read_an_answer() {
        let gateway = gateway();
        let from = |origin: &str| Request::get("/test/on").header("origin", origin);
        let read = send(&gateway, from("http://127.0.0.1:8080"), "").await;
        assert_eq!(read.headers()["access-control-allow-origin"], "http://127.0.0.1:8080");
        let exposed = read.headers()["access-control-expose-headers"].to_str().unwrap();
        for header in ["x-request-id", "date", "content-disposition"] {
            assert!(exposed.split(',').any(|it| it == header), "{exposed}");
        }
        let kept = send(&gateway, from("https://example.com"), "").await;
        assert!(!kept.headers().contains_key("access-control-allow-origin"));
    }

    #[tokio::test]
    async fn requests_are_counted_by_the_names_of_their_operations() {
        let gateway = gateway();
        for path in ["/test/a", "/test/b", "/test/c/d"] {
            send(&gateway, Request::get(path), "").await;
        }
        let report = gateway.calls.report();
        let counted: Vec<_> = report.routes.iter().map(|row| (row.route.as_str(), row.requests)).collect();
        assert_eq!(counted, [("ANY /test/{proxy+}", 1), ("GET /test/{name}", 2)]);
    }

    #[tokio::test]
    async fn the_clock_can_be_frozen_and_released() {
        let gateway = gateway();
        let put = |body: &'static str| send(&gateway, Request::put("/_local/clock"), body);
        let frozen = put(r#"{"now":"2026-11-02T08:58:00+03:00"}"#).await;
        assert_eq!(body(&frozen), json!({"now": "2026-11-02T05:58:00Z", "frozen": true}));
        for wrong in
            [r#"{"now":"yesterday"}"#, "{}", r#"{"now":null,"then":1}"#, "", "null", r#"{"now":"2026-11-02T08:58:00"}"#]
        {
            let refused = put(wrong).await;
            assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
            assert_eq!(refused.headers()["content-type"], "application/problem+json");
        }
        let read = send(&gateway, Request::get("/_local/clock"), "").await;
        assert_eq!(body(&read)["now"], "2026-11-02T05:58:00Z");
        assert_eq!(read.headers()["date"], "Mon, 02 Nov 2026 05:58:00 GMT");
        assert_eq!(body(&put(r#"{"now":null}"#).await)["frozen"], false);
    }

    #[tokio::test]
    async fn people_are_listed_only_if_there_is_a_demo_company() {
        let gateway = gateway();
        let people = async || body(&send(&gateway, Request::get("/_local/people"), "").await)["items"].clone();
        assert_eq!(people().await, json!([]));
        gateway.has_demo();
        let people = people().await;
        assert_eq!(people[0]["username"], "ada");
        assert_eq!(people[0]["role"], "admin");
        assert!(people[0]["password"].is_string());
    }

    #[tokio::test]
    async fn the_stacks_own_calls_are_found_by_method_and_path() {
        let gateway = gateway();
        for (method, path, status) in [
            ("GET", "/_local/calls", 200),
            ("DELETE", "/_local/calls", 204),
            ("POST", "/_local/calls", 405),
            ("DELETE", "/_local/clock", 405),
            ("POST", "/_local/settle", 200),
            ("GET", "/_local/people", 200),
            ("POST", "/_local/people", 422),
            ("DELETE", "/_local/people", 405),
            ("GET", "/_local/dead-letters", 200),
            ("POST", "/_local/dead-letters", 405),
            ("POST", "/_local/schedules/lateness", 404),
            ("GET", "/_local/other", 404),
        ] {
            let answer = send(&gateway, Request::builder().method(method).uri(path), "").await;
            assert_eq!(answer.status().as_u16(), status, "{method} {path}");
        }
    }

    #[tokio::test]
    async fn the_network_reads_what_pages_need_and_controls_nothing() {
        let gateway = gateway();
        let phone: IpAddr = "192.168.1.20".parse().unwrap();
        for (method, path, status) in [
            ("GET", "/_local/people", 200),
            ("GET", "/_local/clock", 200),
            ("PUT", "/_local/clock", 403),
            ("POST", "/_local/people", 403),
            ("GET", "/_local/calls", 403),
            ("POST", "/_local/settle", 403),
        ] {
            let request = Request::builder().method(method).uri(path).body(Bytes::new()).unwrap();
            assert_eq!(gateway.answer(request, phone).await.status().as_u16(), status, "{method} {path}");
        }
    }
}
