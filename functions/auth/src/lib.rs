//! Signing in: the company's set-up, registration, access and refresh tokens, passwords, and the public keys that
//! everybody checks tokens with.
//!
//! This is the one function that may read the secrets. What others need of them, the public halves, it publishes in the
//! table when it starts. Nothing here takes an `Idempotency-Key`: the answers are secrets, and each of these calls may be
//! repeated as it is.

mod access_token;
mod change_password;
mod confirm;
mod jwks;
mod known_device;
mod login;
mod logout;
mod logout_all;
mod me;
mod mfa;
mod network;
mod refresh;
mod refresh_token;
mod register;
mod secrets;
mod session_cookie;
mod sessions;
mod setup;
mod sign_in_client;
mod sign_in_log;
mod sign_in_name;
mod signing;
mod signing_keys;
mod state;
mod tokens;

use axum::Router;
use runtime::{Environment, InitError};
use utoipa::openapi::OpenApi;
use utoipa_axum::{router::OpenApiRouter, routes};

use state::Auth;

/// The function's router.
pub async fn service(environment: &Environment) -> Result<Router, InitError> {
    Ok(runtime::http::router(routes(), Auth::new(environment).await?))
}

/// What this function adds to the OpenAPI document.
pub fn openapi() -> OpenApi {
    runtime::http::openapi(routes())
}

fn routes() -> OpenApiRouter<Auth> {
    OpenApiRouter::with_openapi(web::openapi::base())
        .routes(routes!(setup::setup))
        .routes(routes!(register::register))
        .routes(routes!(login::login))
        .routes(routes!(refresh::refresh))
        .routes(routes!(logout::logout))
        .routes(routes!(logout_all::logout_all))
        .routes(routes!(confirm::confirm))
        .routes(routes!(sessions::list))
        .routes(routes!(sessions::end))
        .routes(routes!(change_password::change_password))
        .routes(routes!(me::me))
        .routes(routes!(mfa::enrolment::read, mfa::enrolment::enrol, mfa::enrolment::disable))
        .routes(routes!(mfa::enrolment::confirm))
        .routes(routes!(mfa::enrolment::replace_recovery_codes))
        .routes(routes!(jwks::jwks))
}
