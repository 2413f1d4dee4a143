//! A person's days: the list of days, single days, and the history of all changes.

mod acknowledge;
mod board;
mod corrections;
mod day;
mod edit_day;
mod excuse;
mod explanation;
mod history;
mod import;
mod list_days;
mod photo;
mod photo_links;
mod records;
mod reviews;
mod summary;

use axum::Router;
use runtime::{Environment, InitError};
use web::{endpoints::Endpoints, routes};

use crate::records::Records;

/// Returns the function's router.
pub async fn service(environment: &Environment) -> Result<Router, InitError> {
    Ok(runtime::http::router(endpoints(), Records::new(environment).await?))
}

/// Returns the function's part of the OpenAPI document.
pub fn openapi() -> utoipa::openapi::OpenApi {
    runtime::http::openapi(endpoints())
}

fn endpoints<E: Endpoints<Records>>() -> E {
    E::none()
        .routes(routes!(list_days::list_days))
        .routes(routes!(board::board))
        .routes(routes!(reviews::reviews))
        .routes(routes!(summary::summary))
        .routes(routes!(import::import))
        .routes(routes!(import::progress))
        .routes(routes!(day::day, edit_day::edit_day))
        .routes(routes!(excuse::excuse))
        .routes(routes!(acknowledge::acknowledge))
        .routes(routes!(corrections::request::request))
        .routes(routes!(corrections::list::list))
        .routes(routes!(corrections::read::read, corrections::withdraw::withdraw))
        .routes(routes!(corrections::decide::decide))
        .routes(routes!(history::history))
        .routes(routes!(explanation::explanation))
        .routes(routes!(photo::photo))
        .routes(routes!(photo_links::photo_links))
}
