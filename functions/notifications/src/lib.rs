//! Inboxes: what people were told, what of it they have read, and what they don't want to hear of. And the tickets that
//! live connections are opened with.
//!
//! What comes into an inbox is up to `notify`. Nothing here is news to anybody else, so that these changes make no events
//! and no audit entries.

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

/// The function, ready to answer.
pub async fn service(environment: &Environment) -> Result<Router, InitError> {
    let live_url = LiveUrl(environment.variables.required("LIVE_URL")?.into());
    Ok(runtime::http::router(endpoints(), runtime::http::app(environment).await?).layer(Extension(live_url)))
}

/// Where live connections are opened.
#[derive(Debug, Clone)]
struct LiveUrl(Arc<str>);

/// Its part of the OpenAPI document.
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
