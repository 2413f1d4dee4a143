//! `POST /settings/preview`: what a change of the settings would mean for stored days, without changing anything.

use app::company::settings;
use axum::extract::State;
use domain::{
    calendar::{DateRange, WorkDate},
    id::DepartmentId,
    settings::Settings,
};
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;
use web::{
    Answer, App, Body, Caller, Problem, Repeat, RequestId,
    answers::{ExportAnswer, preview::SettingsPreview},
    use_case::{execute, export_ordered},
};

use super::{SettingsPatch, change::merged};

/// A change of settings that is tried.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"change": {"late_grace_minutes": 10}, "from": "2026-10-26", "to": "2026-11-01"}))]
pub(crate) struct SettingsPreviewBody {
    /// The change, as for `PATCH /settings`. Settings that days don't follow have no effect.
    #[schema(value_type = SettingsPatch)]
    change: Map<String, Value>,
    /// The first date.
    from: WorkDate,
    /// The last date, at most 30 days after `from`; 365 days with `as_export`.
    to: WorkDate,
    /// Only people of this department; all people by default. At most 100 people, without `as_export`.
    department_id: Option<DepartmentId>,
    /// Whether a job makes the preview as a file.
    #[serde(default)]
    as_export: bool,
}

/// Preview a change of settings
///
/// Computes the stored days of at most 31 dates and 100 people again as they would be under a change, and returns whose figures
/// differ and by how much. Nothing is written. Past days keep their rules when the change is made; the preview shows what they
/// would have been. For admins only.
///
/// With `as_export`, a job computes the preview of any number of people and of at most 366 dates. The answer is 202 with the
/// export; follow it with `GET /reports/exports/{id}`. Its file is the same object as JSON.
#[utoipa::path(
    post, path = "/settings/preview", operation_id = "previewSettings", tag = "settings",
    params(("Idempotency-Key" = Option<String>, Header, description = "Names the order, so that a repeat begins no other")),
    request_body = SettingsPreviewBody,
    responses(
        (status = 200, description = "The effects that the change would have", body = SettingsPreview),
        (status = 202, description = "The export, with `as_export`", body = ExportAnswer,
            headers(("Location" = String, description = "Where to follow it"))),
        (status = 422, description = "`invalid_values`; `to`: more than 31 dates; `department_id`: more than 100 people"),
    ),
)]
pub(crate) async fn preview(
    State(app): State<App>,
    caller: Caller,
    request_id: RequestId,
    repeat: Repeat,
    Body { value, hash }: Body<SettingsPreviewBody>,
) -> Result<Answer, Problem> {
    let SettingsPreviewBody { change, from, to, department_id, as_export } = value;
    let dates = DateRange { from, to };
    let next = |current: &Settings| merged(current, &change);
    if as_export {
        let key = repeat.key(caller.user_id, &hash);
        let request = app.request(&caller, &request_id, key.as_ref());
        let order = || settings::order_preview(&request, dates, department_id, next);
        return execute(&request, export_ordered, order).await;
    }
    let request = app.request(&caller, &request_id, None);
    Answer::ok(&settings::preview(&request, dates, department_id, next).await?)
}
