//! Terminals: readers of faces and fingers that send punches by the push protocol of ZKTeco ("ADMS", "iclock").
//!
//! Admins manage terminals below `/terminals`. Devices, and the bridge at a site, call `/iclock`, which speaks plain text and isn't
//! part of the OpenAPI document: docs/terminals.md describes it. `app::terminals` has the use cases.

mod device;
mod iclock;
mod manage;
mod protocol;
mod state;
mod unknown;

use axum::{Router, routing::any};
use runtime::{Environment, InitError};
use web::{endpoints::Endpoints, routes};

use crate::state::Terminals;

/// Returns the function's router.
pub async fn service(environment: &Environment) -> Result<Router, InitError> {
    let routes = endpoints::<Router<Terminals>>()
        .route("/iclock/{name}", any(iclock::with_header))
        .route("/iclock/{secret}/{name}", any(iclock::with_secret))
        // Some firmware appends `/iclock/…` to the configured path.
        .route("/iclock/{secret}/iclock/{name}", any(iclock::with_secret));
    Ok(runtime::http::router(routes, Terminals::new(environment).await?))
}

/// Returns the function's part of the OpenAPI document.
pub fn openapi() -> utoipa::openapi::OpenApi {
    runtime::http::openapi(endpoints())
}

fn endpoints<E: Endpoints<Terminals>>() -> E {
    E::none()
        .routes(routes!(manage::list, manage::create))
        .routes(routes!(manage::read, manage::change, manage::delete))
        .routes(routes!(manage::rotate))
        .routes(routes!(unknown::list))
        .routes(routes!(unknown::assign))
        .routes(routes!(unknown::forget))
}
