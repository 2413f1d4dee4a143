//! Breaks: beginning one, ending it, and the list of them.
//!
//! A break is a punch within the open session: it goes the way of every punch, [`web::punching`], and `domain::day` decides
//! what it means.

mod end;
mod list;
mod start;

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
        .routes(routes!(start::start))
        .routes(routes!(end::end))
        .routes(routes!(list::list))
}
