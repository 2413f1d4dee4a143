//! `GET /settings`: all settings, for everyone.

use axum::extract::State;
use web::{Answer, App, Caller, Problem};

use super::{SettingsAnswer, shown};

/// Get all settings
///
/// Settings that the company hasn't changed have their defaults.
#[utoipa::path(
    get, path = "/settings", operation_id = "getSettings", tag = "settings",
    responses((status = 200, description = "The settings", body = SettingsAnswer,
        headers(("ETag" = String, description = "The version")))),
)]
pub(crate) async fn read(State(app): State<App>, _: Caller) -> Result<Answer, Problem> {
    let current = app.store.settings().await?;
    shown(&current, current.version)
}
