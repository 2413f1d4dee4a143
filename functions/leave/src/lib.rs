//! Leave: requests and their decisions, balances, leave types, and the calendar of people who are away.

mod balances;
mod calendar;
mod requests;
mod types;

use axum::Router;
use runtime::{Environment, InitError};
use web::{App, endpoints::Endpoints, routes};

/// Creates the function's router.
pub async fn service(environment: &Environment) -> Result<Router, InitError> {
    Ok(runtime::http::router(endpoints(), runtime::http::app(environment).await?))
}

/// Returns what this function adds to the OpenAPI document.
pub fn openapi() -> utoipa::openapi::OpenApi {
    runtime::http::openapi(endpoints())
}

fn endpoints<E: Endpoints<App>>() -> E {
    E::none()
        .routes(routes!(requests::request::request, requests::list::list))
        .routes(routes!(requests::read::read, requests::change::change, requests::cancel::cancel))
        .routes(routes!(requests::preview::preview))
        .routes(routes!(requests::decide::decide))
        .routes(routes!(calendar::calendar))
        .routes(routes!(types::list::list))
        .routes(routes!(types::put::put))
        .routes(routes!(balances::read::read))
        .routes(routes!(balances::ledger::ledger))
        .routes(routes!(balances::adjust::adjust))
        .routes(routes!(balances::import::import))
        .routes(routes!(balances::import::progress))
}
