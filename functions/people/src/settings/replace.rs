//! `PUT /settings`: replaces all settings; those that the body leaves out are reset to their defaults.

use app::company::settings;
use axum::extract::State;
use domain::{FieldFault, settings::Settings};
use web::{Answer, App, Body, Caller, IfMatch, Problem, RequestId, use_case::execute_if_changed};

use super::{SettingsAnswer, SettingsReplacement, shown};

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
    Body { value: SettingsReplacement { settings: new, version }, .. }: Body<SettingsReplacement>,
) -> Result<Answer, Problem> {
    let (request, versions) = (app.request(&caller, &request_id, None), if_match.versions());
    let next = |_: &Settings| -> Result<Settings, Vec<FieldFault>> { Ok(new.clone()) };
    execute_if_changed(&request, shown, || settings::change(&request, &versions, version, next)).await
}
