//! The company and its people: users, settings, departments, sites, holidays, and the audit of what was changed.
//!
//! Everything here is read and changed by people at desks, a few times a day; what attendance needs of it with every
//! punch is kept small and together (settings, the site book, a year's holidays).

mod audit;
mod departments;
mod given;
mod holidays;
mod settings;
mod sites;
mod users;

use axum::Router;
use runtime::{Environment, InitError};
use utoipa::openapi::OpenApi;
use utoipa_axum::{router::OpenApiRouter, routes};
use web::App;

/// The function's router.
pub async fn service(environment: &Environment) -> Result<Router, InitError> {
    Ok(runtime::http::router(routes(), runtime::http::app(environment).await?))
}

/// What this function adds to the OpenAPI document.
pub fn openapi() -> OpenApi {
    runtime::http::openapi(routes())
}

fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::with_openapi(web::openapi::base())
        .routes(routes!(users::list::list, users::create::create))
        .routes(routes!(users::directory::directory))
        .routes(routes!(
            users::read::read,
            users::replace::replace,
            users::change::change,
            users::disable::disable
        ))
        .routes(routes!(users::password_reset::password_reset))
        .routes(routes!(settings::read::read, settings::replace::replace, settings::change::change))
        .routes(routes!(departments::list::list, departments::create::create))
        .routes(routes!(departments::read::read, departments::change::change, departments::delete::delete))
        .routes(routes!(sites::list::list, sites::create::create))
        .routes(routes!(sites::read::read, sites::change::change, sites::delete::delete))
        .routes(routes!(holidays::list::list, holidays::create::create))
        .routes(routes!(holidays::delete::delete))
        .routes(routes!(audit::list::list))
}
