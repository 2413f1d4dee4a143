//! A person's days: the list, one of them, and everything that was ever done to it.

mod day;
mod history;
mod list_days;
mod person;

use axum::Router;
use runtime::{Environment, InitError};
use utoipa_axum::{router::OpenApiRouter, routes};
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
        .routes(routes!(list_days::list_days))
        .routes(routes!(day::day))
        .routes(routes!(history::history))
}
