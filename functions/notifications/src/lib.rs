//! Inboxes: the notifications that people received, which of them are read, which kinds people have muted, and which go to other
//! channels. It also issues the tickets that open live connections, and keeps the subscriptions of browsers to push messages.
//!
//! `notify` writes notifications to inboxes. No other function reacts to the changes made here, so they produce no events and
//! no audit entries.

mod list;
mod live_ticket;
mod preferences;
mod push_subscriptions;
mod read;
mod read_all;

use axum::{Extension, Router};
use live_ticket::LiveUrl;
use preferences::EmailOn;
use runtime::{Environment, InitError};
use secret_store::CompanyKeys;
use web::{App, endpoints::Endpoints, routes};

/// Creates the function's router.
pub async fn service(environment: &Environment) -> Result<Router, InitError> {
    let live_url = LiveUrl(environment.variables.required("LIVE_URL")?.into());
    let keys = CompanyKeys::new(&environment.sdk, environment.variables.required("COMPANY_KEYS_SECRET")?);
    let email = EmailOn(environment.variables.optional("MAIL_FROM").is_some());
    let router = runtime::http::router(endpoints(), runtime::http::app(environment).await?);
    Ok(router.layer(Extension(live_url)).layer(Extension(keys)).layer(Extension(email)))
}

/// Returns what this function adds to the OpenAPI document.
pub fn openapi() -> utoipa::openapi::OpenApi {
    runtime::http::openapi(endpoints())
}

fn endpoints<E: Endpoints<App>>() -> E {
    E::none()
        .routes(routes!(list::list))
        .routes(routes!(read::read))
        .routes(routes!(read_all::read_all))
        .routes(routes!(preferences::read::read, preferences::replace::replace))
        .routes(routes!(preferences::unsubscribe::show, preferences::unsubscribe::unsubscribe))
        .routes(routes!(push_subscriptions::list, push_subscriptions::create))
        .routes(routes!(push_subscriptions::end))
        .routes(routes!(live_ticket::live_ticket))
}
