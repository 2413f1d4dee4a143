//! Leave: requests and what becomes of them, balances and types, and the calendar of who is away.

use axum::Router;
use runtime::{Environment, InitError};
use utoipa_axum::router::OpenApiRouter;
use web::App;

/// The function, ready to answer.
pub async fn service(environment: &Environment) -> Result<Router, InitError> {
    Ok(runtime::http::router(endpoints(), runtime::http::app(environment).await?))
}

/// Its part of the OpenAPI document.
pub fn openapi() -> utoipa::openapi::OpenApi {
    runtime::http::openapi(endpoints())
}

fn endpoints() -> OpenApiRouter<App> {
    OpenApiRouter::with_openapi(web::openapi::base())
}
