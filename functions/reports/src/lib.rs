//! Reports on worked time, lateness and leave balances. Responses are pictures, JSON or sheets. Reports that are too
//! large for a response are exported to files.

mod answer;
mod attendance;
mod cost_centers;
mod dates_query;
mod exports;
mod lateness;
mod leave;
mod monthly_work;
mod params;
mod rebuild;
mod scope;
mod state;
mod trends;
mod wanted;
mod worked_hours;

use axum::Router;
use runtime::{Environment, InitError};
use web::{endpoints::Endpoints, routes};

use crate::state::AppState;

/// Returns the router of the function.
pub async fn service(environment: &Environment) -> Result<Router, InitError> {
    Ok(runtime::http::router(endpoints(), AppState::new(environment).await?))
}

/// Returns the function's part of the OpenAPI document.
pub fn openapi() -> utoipa::openapi::OpenApi {
    runtime::http::openapi(endpoints())
}

fn endpoints<E: Endpoints<AppState>>() -> E {
    E::none()
        .routes(routes!(monthly_work::monthly_work))
        .routes(routes!(worked_hours::worked_hours))
        .routes(routes!(lateness::lateness))
        .routes(routes!(leave::leave))
        .routes(routes!(attendance::attendance))
        .routes(routes!(trends::trends))
        .routes(routes!(cost_centers::cost_centers))
        .routes(routes!(exports::start::start))
        .routes(routes!(exports::follow::follow))
        .routes(routes!(rebuild::rebuild))
}
