//! Inboxes: the notifications that people received, which of them are read, and which kinds people have muted. It also issues
//! the tickets that open live connections.
//!
//! `notify` writes notifications to inboxes. No other function reacts to the changes made here, so they produce no events and
//! no audit entries.

mod list;
mod live_ticket;
mod preferences;
mod read;
mod read_all;

use std::sync::Arc;

use axum::{Extension, Router};
use runtime::{Environment, InitError};
use utoipa_axum::{router::OpenApiRouter, routes};
use web::App;

/// Creates the function's router.
pub async fn service(environment: &Environment) -> Result<Router, InitError> {
    let live_url = LiveUrl(environment.variables.required("LIVE_URL")?.into());
    Ok(runtime::http::router(endpoints(), runtime::http::app(environment).await?).layer(Extension(live_url)))
}

/// The address at which live connections are opened.
#[derive(Debug, Clone)]
struct LiveUrl(Arc<str>);

/// Returns what this function adds to the OpenAPI document.
pub fn openapi() -> utoipa::openapi::OpenApi {
    runtime::http::openapi(endpoints())
}

fn endpoints() -> OpenApiRouter<App> {
    OpenApiRouter::with_openapi(web::openapi::base())
        .routes(routes!(list::list))
        .routes(routes!(read::read))
        .routes(routes!(read_all::read_all))
        .routes(routes!(preferences::read::read, preferences::replace::replace))
        .routes(routes!(live_ticket::live_ticket))
}
