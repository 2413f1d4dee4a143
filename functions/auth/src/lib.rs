//! Signing in: the company's set-up, registration, access and refresh tokens, passwords, and the public keys that check
//! tokens.
//!
//! Only this function may read the secrets. When it starts, it publishes the public keys in the table for the other functions.
//! No operation here accepts an `Idempotency-Key`, because the answers contain secrets. Each call can be repeated unchanged.

mod access_token;
mod account_links;
mod auth_secrets;
mod change_password;
mod confirm;
mod jwks;
mod known_device;
mod login;
mod me;
mod mfa;
mod refresh;
mod refresh_token;
mod register;
mod secrets;
mod session_cookie;
mod sessions;
mod setup;
mod sign_in_client;
mod sign_in_log;
mod signing;
mod signing_keys;
mod state;
mod tokens;

use axum::Router;
use runtime::{Environment, InitError};
use utoipa::openapi::OpenApi;
use web::{endpoints::Endpoints, routes};

use state::Auth;

/// Returns the function's router.
pub async fn service(environment: &Environment) -> Result<Router, InitError> {
    Ok(runtime::http::router(endpoints(), Auth::new(environment).await?))
}

/// Returns the function's part of the OpenAPI document.
pub fn openapi() -> OpenApi {
    runtime::http::openapi(endpoints())
}

fn endpoints<E: Endpoints<Auth>>() -> E {
    E::none()
        .routes(routes!(setup::setup))
        .routes(routes!(register::register))
        .routes(routes!(login::login))
        .routes(routes!(refresh::refresh))
        .routes(routes!(sessions::logout))
        .routes(routes!(sessions::logout_all))
        .routes(routes!(confirm::confirm))
        .routes(routes!(sessions::list))
        .routes(routes!(sessions::end))
        .routes(routes!(change_password::change_password))
        .routes(routes!(account_links::request_password_reset))
        .routes(routes!(account_links::confirm_password_reset))
        .routes(routes!(account_links::request_email_verification))
        .routes(routes!(account_links::confirm_email_verification))
        .routes(routes!(me::me))
        .routes(routes!(mfa::read, mfa::enrol, mfa::disable))
        .routes(routes!(mfa::confirm))
        .routes(routes!(mfa::replace_recovery_codes))
        .routes(routes!(jwks::jwks))
}
