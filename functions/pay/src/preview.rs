//! `POST /pay/rules/preview`: what other pay rules would mean for stored days, without changing anything (`app::pay::preview`).

use app::pay::preview;
use axum::extract::State;
use domain::{
    calendar::{DateRange, WorkDate},
    id::{DepartmentId, PayRulesId},
    pay::PayRulesVersion,
};
use serde::Deserialize;
use utoipa::ToSchema;
use web::{
    Answer, App, Body, Caller, Problem, Repeat, RequestId,
    answers::{ExportAnswer, preview::PayRulesPreview},
    use_case::{execute, export_ordered},
};

/// Pay rules that are tried.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "change": {"versions": [{"effective_from": "2026-01-01", "overtime": [
        {"per": "day", "after": {"minutes": 480}, "code": "overtime"}]}]},
    "from": "2026-10-26",
    "to": "2026-11-01"
}))]
pub(crate) struct RulesPreviewBody {
    /// The change.
    change: RulesChange,
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

/// The rules that are tried.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RulesChange {
    /// The rules that the versions replace; by default, the built-in rules of people whose pay profile names no rules.
    rules_id: Option<PayRulesId>,
    /// The versions in any order, each with another `effective_from`.
    #[schema(min_items = 1, max_items = 50)]
    versions: Vec<PayRulesVersion>,
}

impl From<RulesChange> for preview::RulesChange {
    fn from(RulesChange { rules_id, versions }: RulesChange) -> Self {
        Self { rules_id, versions }
    }
}

/// Preview pay rules
///
/// Computes the pay of stored days of at most 31 dates and 100 people again under other rules, and returns whose pay differs and
/// by how much. Nothing is written. For admins only.
///
/// With `as_export`, a job computes the preview of any number of people and of at most 366 dates. The answer is 202 with the
/// export; follow it with `GET /reports/exports/{id}`. Its file is the same object as JSON.
#[utoipa::path(
    post, path = "/pay/rules/preview", operation_id = "previewPayRules", tag = "pay",
    params(("Idempotency-Key" = Option<String>, Header, description = "Names the order, so that a repeat begins no other")),
    request_body = RulesPreviewBody,
    responses(
        (status = 200, description = "The effects that the rules would have", body = PayRulesPreview),
        (status = 202, description = "The export, with `as_export`", body = ExportAnswer,
            headers(("Location" = String, description = "Where to follow it"))),
        (status = 404, description = "`not_found`: the rules don't exist"),
        (status = 422, description = "`invalid_values`; `to`: more than 31 dates; `department_id`: more than 100 people"),
    ),
)]
pub(crate) async fn preview(
    State(app): State<App>,
    caller: Caller,
    request_id: RequestId,
    repeat: Repeat,
    Body { value, hash }: Body<RulesPreviewBody>,
) -> Result<Answer, Problem> {
    let RulesPreviewBody { change, from, to, department_id, as_export } = value;
    let (change, dates) = (preview::RulesChange::from(change), DateRange { from, to });
    if as_export {
        let key = repeat.key(caller.user_id, &hash);
        let request = app.request(&caller, &request_id, key.as_ref());
        let order = || preview::order(&request, &change, dates, department_id);
        return execute(&request, export_ordered, order).await;
    }
    let request = app.request(&caller, &request_id, None);
    Answer::ok(&preview::preview(&request, &change, dates, department_id).await?)
}
