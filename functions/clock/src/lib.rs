//! Punches: clocking in, clocking out, and the caller's current status.
//!
//! A punch takes one consistent read and one transaction. `domain::day` decides its effect. A punch that loses a race is decided
//! again with the current data.

mod batch_body;
mod clock_batch;
mod clock_in;
mod clock_out;
mod kiosk_batch;
mod kiosk_people;
mod kiosk_punch;
mod kiosk_qr;
mod kiosk_screen;
mod kiosk_token;
mod photo_body;
mod punch;
mod punch_body;
mod status;
mod switch;
mod time_clock;
mod upload;

use axum::Router;
use runtime::{Environment, InitError};
use web::{endpoints::Endpoints, routes};

use crate::time_clock::TimeClock;

/// Returns the function's router.
pub async fn service(environment: &Environment) -> Result<Router, InitError> {
    Ok(runtime::http::router(endpoints(), TimeClock::new(environment).await?))
}

/// Returns the function's part of the OpenAPI document.
pub fn openapi() -> utoipa::openapi::OpenApi {
    runtime::http::openapi(endpoints())
}

fn endpoints<E: Endpoints<TimeClock>>() -> E {
    E::none()
        .routes(routes!(status::status))
        .routes(routes!(clock_in::clock_in))
        .routes(routes!(clock_out::clock_out))
        .routes(routes!(switch::switch))
        .routes(routes!(upload::upload))
        .routes(routes!(kiosk_screen::kiosk_screen))
        .routes(routes!(kiosk_people::kiosk_people))
        .routes(routes!(kiosk_qr::kiosk_qr))
        .routes(routes!(kiosk_token::kiosk_token))
        .routes(routes!(kiosk_punch::kiosk_punch))
        .routes(routes!(clock_batch::clock_batch))
        .routes(routes!(kiosk_batch::kiosk_batch))
}
