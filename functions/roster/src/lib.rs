//! Rosters: who is expected when, and the changes of rosters.

mod calendar;
mod days;
mod grid;
mod import;
mod my_shifts;
mod patterns;
mod preview;
mod swaps;

use axum::Router;
use runtime::{Environment, InitError};
use web::{App, endpoints::Endpoints, routes};

/// Returns the router of the function.
pub async fn service(environment: &Environment) -> Result<Router, InitError> {
    Ok(runtime::http::router(endpoints(), runtime::http::app(environment).await?))
}

/// Returns the function's part of the OpenAPI document.
pub fn openapi() -> utoipa::openapi::OpenApi {
    runtime::http::openapi(endpoints())
}

fn endpoints<E: Endpoints<App>>() -> E {
    E::none()
        .routes(routes!(grid::grid))
        .routes(routes!(patterns::read::read, patterns::put::put))
        .routes(routes!(days::plan::plan, days::unplan::unplan))
        .routes(routes!(patterns::preview::preview))
        .routes(routes!(days::preview::preview))
        .routes(routes!(my_shifts::my_shifts))
        .routes(routes!(swaps::list::list, swaps::ask::ask))
        .routes(routes!(swaps::read::read, swaps::withdraw::withdraw))
        .routes(routes!(swaps::decide::decide))
        .routes(routes!(import::start::start))
        .routes(routes!(import::follow::follow))
        .routes(routes!(calendar::make::make, calendar::revoke::revoke))
        .routes(routes!(calendar::show::show))
}
