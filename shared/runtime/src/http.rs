//! HTTP functions: creates the handlers' state from the environment, the router that responds as docs/api.md describes, and the
//! connection to the Lambda runtime.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use ::store::preserve::preserving;
use axum::{
    Router,
    extract::{FromRef, MatchedPath, Request},
    middleware::{Next, from_fn, from_fn_with_state},
    response::{IntoResponse, Response},
};
use lambda_http::RequestExt;
use meter::metered;
use percent_encoding::percent_decode_str;
use utoipa_axum::router::OpenApiRouter;
use web::{
    App, Code, Problem, names,
    request_id::{self, RequestId, Seen},
    session,
    token::TokenVerifier,
};

use crate::{Environment, InitError, for_lambda, stopwatch::Stopwatch, store, telemetry};

/// Creates the state that the handlers of every HTTP function share. Creates the AWS clients and loads the published keys,
/// which opens their connections. The first TLS handshake takes most of a cold start, and at this point no request waits for
/// it.
pub async fn app(environment: &Environment) -> Result<App, InitError> {
    let store = store(environment)?;
    let tokens = TokenVerifier::new(environment.variables.required("TOKEN_ISSUER")?, store.clone());
    if let Err(problem) = tokens.warm().await {
        // Not fatal: the keys are loaded again with the first token.
        tracing::warn!(code = problem.code().as_str(), "the published keys can't be loaded yet");
    }
    Ok(App {
        clock: Arc::clone(&environment.clock),
        entropy: Arc::clone(&environment.entropy),
        store,
        tokens: Arc::new(tokens),
    })
}

/// Returns the complete router of a function: its routes, the check of the session, names in responses, problems for unknown
/// routes, request ids, and one log line per request.
pub fn router<S>(routes: Router<S>, state: S) -> Router
where
    S: Clone + Send + Sync + 'static,
    App: FromRef<S>,
{
    let store = App::from_ref(&state).store;
    finished(routes, state, |routes| {
        let named = routes.layer(from_fn_with_state(store.clone(), names::layer));
        named.layer(from_fn_with_state(store, session::layer))
    })
}

/// Returns the [`router`] of a function without the table, whose responses contain no data about people.
pub fn router_without_table<S: Clone + Send + Sync + 'static>(routes: Router<S>, state: S) -> Router {
    finished(routes, state, |routes| routes)
}

fn finished<S: Clone + Send + Sync + 'static>(
    routes: Router<S>,
    state: S,
    with_table: impl FnOnce(Router) -> Router,
) -> Router {
    let cold = Arc::new(AtomicBool::new(true));
    let routes = routes
        .method_not_allowed_fallback(async || Problem::new(Code::MethodNotAllowed))
        .fallback(async || Problem::not_found())
        .with_state(state);
    with_table(routes)
        .layer(from_fn(refuse_rewritten_paths))
        .layer(from_fn(move |request: Request, next: Next| log(Arc::clone(&cold), request, next)))
        .layer(from_fn(request_id::layer))
}

/// Returns the OpenAPI document of a function's routes.
pub fn openapi<S: Clone + Send + Sync + 'static>(routes: OpenApiRouter<S>) -> utoipa::openapi::OpenApi {
    web::openapi::completed(routes.into_openapi())
}

/// Returns 404 if the path differs from the one that API Gateway used for routing.
///
/// `lambda_http` builds a URL from the path, which resolves `..`, treats `\` as `/` and drops line breaks. `/users/../settings`
/// would reach another endpoint than the one of its route, its access log and its throttle.
async fn refuse_rewritten_paths(request: Request, next: Next) -> Response {
    // Empty if the request didn't come from a Lambda event.
    let sent = request.raw_http_path();
    let path = request.uri().path();
    let is_as_sent = sent.is_empty() || sent == path || percent_decode_str(path).decode_utf8_lossy() == sent;
    if is_as_sent { next.run(request).await } else { Problem::not_found().into_response() }
}

/// Writes the log line of a request.
async fn log(cold: Arc<AtomicBool>, mut request: Request, next: Next) -> Response {
    let stopwatch = Stopwatch::start();
    let seen = Seen::default();
    request.extensions_mut().insert(seen.clone());
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned());
    let request_id = request.extensions().get::<RequestId>().map(ToString::to_string);
    let answering = async {
        // A safe request replaces no item, so copies of what it reads would be made for nothing: for each day of a list.
        if method.is_safe() { next.run(request).await } else { preserving(next.run(request)).await }
    };
    let (response, spent) = metered(answering).await;
    let problem = response.extensions().get::<Problem>().map(Problem::code);
    let is = |code: Code| u32::from(problem == Some(code));
    tracing::info!(
        route = format!("{method} {}", route.as_deref().unwrap_or("(none)")),
        caller = seen.caller_id().map(tracing::field::display),
        status = response.status().as_u16(),
        problem = problem.map(Code::as_str),
        duration_ms = stopwatch.milliseconds(),
        calls = spent.calls,
        read_units = spent.read_units,
        write_units = spent.write_units,
        failed = u8::from(response.status().is_server_error()),
        invalid_credentials = is(Code::InvalidCredentials),
        refresh_token_reused = is(Code::RefreshTokenReused),
        cold = cold.swap(false, Ordering::Relaxed),
        request_id,
        "request"
    );
    response
}

/// Runs an HTTP function in Lambda.
pub async fn run(
    service: impl AsyncFnOnce(&Environment) -> Result<Router, InitError>,
) -> Result<(), lambda_http::Error> {
    telemetry::init();
    let environment = Environment::from_lambda();
    let router =
        service(&environment).await.inspect_err(|error| tracing::error!(%error, "the function can't start"))?;
    lambda_http::run(for_lambda(router)).await
}
