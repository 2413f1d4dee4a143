//! The company and its people: users, settings, departments, sites, holidays, kiosks, approvals and the audit.
//!
//! People in offices read and change this data a few times a day. The part that every punch needs (settings, the site book, a
//! year's holidays) is kept in few, small items.

mod approvals;
mod audit;
mod bootstrap;
mod branding;
mod departments;
mod events;
mod holidays;
mod kiosks;
mod service_tokens;
mod settings;
mod sites;
mod state;
mod users;
mod webhooks;

use axum::Router;
use runtime::{Environment, InitError};
use utoipa::openapi::OpenApi;
use web::{endpoints::Endpoints, routes};

use crate::state::People;

/// Creates the function's router.
pub async fn service(environment: &Environment) -> Result<Router, InitError> {
    Ok(runtime::http::router(endpoints(), People::new(environment).await?))
}

/// Returns what this function adds to the OpenAPI document.
pub fn openapi() -> OpenApi {
    runtime::http::openapi(endpoints())
}

fn endpoints<E: Endpoints<People>>() -> E {
    E::none()
        .routes(routes!(bootstrap::bootstrap))
        .routes(routes!(approvals::list::list))
        .routes(routes!(approvals::decide::decide))
        .routes(routes!(users::list::list, users::create::create))
        .routes(routes!(users::directory::directory))
        .routes(routes!(users::import::import))
        .routes(routes!(users::import::progress))
        .routes(routes!(users::list::read, users::replace::replace, users::change::change, users::change::disable))
        .routes(routes!(users::credentials::password_reset))
        .routes(routes!(users::credentials::invitation))
        .routes(routes!(users::credentials::pin))
        .routes(routes!(users::credentials::mfa))
        .routes(routes!(users::badge::get, users::badge::assign, users::badge::revoke))
        .routes(routes!(users::badge::list))
        .routes(routes!(users::pay_profile::get, users::pay_profile::put))
        .routes(routes!(settings::read::read, settings::replace::replace, settings::change::change))
        .routes(routes!(settings::preview::preview))
        .routes(routes!(branding::read, branding::replace))
        .routes(routes!(departments::list, departments::create))
        .routes(routes!(departments::read, departments::change, departments::delete))
        .routes(routes!(departments::chat::read, departments::chat::replace, departments::chat::remove))
        .routes(routes!(sites::list, sites::create))
        .routes(routes!(sites::read, sites::change, sites::delete))
        .routes(routes!(holidays::list::list, holidays::create::create))
        .routes(routes!(holidays::delete::delete))
        .routes(routes!(holidays::import::import))
        .routes(routes!(holidays::subscription::read, holidays::subscription::replace, holidays::subscription::remove))
        .routes(routes!(holidays::subscription::refresh))
        .routes(routes!(kiosks::list::list, kiosks::create::create))
        .routes(routes!(kiosks::revoke::revoke))
        .routes(routes!(service_tokens::list, service_tokens::create))
        .routes(routes!(service_tokens::revoke))
        .routes(routes!(audit::list))
        .routes(routes!(events::list))
        .routes(routes!(webhooks::list, webhooks::create))
        .routes(routes!(webhooks::read, webhooks::change, webhooks::delete))
        .routes(routes!(webhooks::rotate))
        .routes(routes!(webhooks::deliveries::list))
        .routes(routes!(webhooks::deliveries::replay))
        .routes(routes!(webhooks::deliveries::test))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_call_of_the_contract_is_described_with_each_parameter_once() {
        let document = serde_json::to_value(openapi()).unwrap();
        let mut calls = Vec::new();
        for (path, item) in document["paths"].as_object().unwrap() {
            for (method, operation) in item.as_object().unwrap() {
                calls.push(format!("{} {path}", method.to_uppercase()));
                let name = |parameter: &serde_json::Value| parameter["name"].as_str().map(str::to_owned);
                let named: Vec<_> = operation["parameters"].as_array().into_iter().flatten().map(name).collect();
                let distinct: std::collections::BTreeSet<_> = named.iter().collect();
                assert_eq!(named.len(), distinct.len(), "{method} {path}: {named:?}");
                assert_eq!(path.contains("{id}"), named.contains(&Some("id".to_owned())), "{method} {path}");
                assert!(operation["responses"]["500"].is_object(), "{method} {path}");
            }
        }
        calls.sort();
        assert_eq!(
            calls,
            [
                "DELETE /departments/{id}",
                "DELETE /departments/{id}/chat",
                "DELETE /holidays/subscription",
                "DELETE /holidays/{id}",
                "DELETE /kiosks/{id}",
                "DELETE /service-tokens/{id}",
                "DELETE /sites/{id}",
                "DELETE /users/{id}",
                "DELETE /users/{id}/badge",
                "DELETE /users/{id}/mfa",
                "DELETE /webhooks/{id}",
                "GET /approvals",
                "GET /audit",
                "GET /badges",
                "GET /bootstrap",
                "GET /branding",
                "GET /departments",
                "GET /departments/{id}",
                "GET /departments/{id}/chat",
                "GET /events",
                "GET /holidays",
                "GET /holidays/subscription",
                "GET /kiosks",
                "GET /service-tokens",
                "GET /settings",
                "GET /sites",
                "GET /sites/{id}",
                "GET /users",
                "GET /users/directory",
                "GET /users/import/{id}",
                "GET /users/{id}",
                "GET /users/{id}/badge",
                "GET /users/{id}/pay-profile",
                "GET /webhooks",
                "GET /webhooks/{id}",
                "GET /webhooks/{id}/deliveries",
                "PATCH /departments/{id}",
                "PATCH /settings",
                "PATCH /sites/{id}",
                "PATCH /users/{id}",
                "PATCH /webhooks/{id}",
                "POST /approvals/decisions",
                "POST /departments",
                "POST /holidays",
                "POST /holidays/import",
                "POST /holidays/subscription/refresh",
                "POST /kiosks",
                "POST /service-tokens",
                "POST /settings/preview",
                "POST /sites",
                "POST /users",
                "POST /users/import",
                "POST /users/{id}/invitation",
                "POST /users/{id}/password-reset",
                "POST /webhooks",
                "POST /webhooks/{id}/deliveries/{delivery_id}/replay",
                "POST /webhooks/{id}/secret",
                "POST /webhooks/{id}/test",
                "PUT /branding",
                "PUT /departments/{id}/chat",
                "PUT /holidays/subscription",
                "PUT /settings",
                "PUT /users/{id}",
                "PUT /users/{id}/badge",
                "PUT /users/{id}/pay-profile",
                "PUT /users/{id}/pin",
            ]
        );
    }
}
