//! Breaks: starting a break, ending it, and listing breaks.
//!
//! A break is a punch within the open session. It is executed like every punch, by [`web::punching`], and `domain::day` decides
//! its effect.

mod end;
mod list;
mod start;

use axum::Router;
use runtime::{Environment, InitError};
use web::{App, endpoints::Endpoints, routes};

/// Returns the function's router.
pub async fn service(environment: &Environment) -> Result<Router, InitError> {
    Ok(runtime::http::router(endpoints(), runtime::http::app(environment).await?))
}

/// Returns the function's part of the OpenAPI document.
pub fn openapi() -> utoipa::openapi::OpenApi {
    runtime::http::openapi(endpoints())
}

fn endpoints<E: Endpoints<App>>() -> E {
    E::none().routes(routes!(start::start)).routes(routes!(end::end)).routes(routes!(list::list))
}
