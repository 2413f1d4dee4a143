//! `PUT /settings`: replaces all settings; those that the body leaves out are reset to their defaults.

use axum::{extract::State, response::Response};
use domain::settings::Settings;
use web::{App, Body, Caller, IfMatch, Problem, RequestId, authorization, command};

use super::{SettingsAnswer, SettingsReplacement, attempt, checked};

/// Replace all settings
///
/// Settings that the body leaves out are reset to their defaults. A `version` in the document is compared like `If-Match`.
#[utoipa::path(
    put, path = "/settings", operation_id = "replaceSettings", tag = "settings",
    params(("If-Match" = Option<String>, Header, description = "The version that is to be replaced")),
    request_body = SettingsReplacement,
    responses(
        (status = 200, description = "The settings", body = SettingsAnswer),
        (status = 409, description = "`ledger_started`: the length of a leave day is fixed; `pay_period_in_use`"),
    ),
)]
pub(crate) async fn replace(
    State(app): State<App>,
    caller: Caller,
    if_match: IfMatch,
    request_id: RequestId,
    Body { value: SettingsReplacement { settings, version }, .. }: Body<SettingsReplacement>,
) -> Result<Response, Problem> {
    authorization::must_be_admin(&caller)?;
    let next = |_: &Settings| checked(settings.clone());
    command(&app.store, None, app.now(), || attempt(&app, &caller, &request_id, (&if_match, version), next)).await
}
