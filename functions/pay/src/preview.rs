//! `POST /pay/rules/preview`: what other pay rules would mean for stored days, without changing anything.

use app::{
    exports,
    pay::rules::checked_versions,
    previews::{PreviewScope, TriedRules, pay_difference},
};
use axum::extract::State;
use domain::{
    calendar::WorkDate,
    export::FileContent,
    id::{DepartmentId, PayRulesId},
    pay::{PayRules, PayRulesVersion},
};
use futures_util::{StreamExt, TryStreamExt, stream};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{
    Answer, App, Body, Caller, Problem, Repeat, RequestId,
    answers::{
        ExportAnswer,
        preview::{CodeDifference, CodeSums, PayDifference},
    },
    authorization,
    use_case::{execute, export_ordered},
};

/// The number of people whose days are read at the same time.
const CONCURRENCY: usize = 16;

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

/// The effects that other rules would have on stored days.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RulesPreview {
    /// The number of people whose pay was computed again.
    people: usize,
    /// The people whose pay differs, by department and name.
    items: Vec<PayDifference>,
    /// The sums of all people, by pay code.
    totals: Vec<CodeDifference>,
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
        (status = 200, description = "The effects that the rules would have", body = RulesPreview),
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
    authorization::must_be_admin(&caller)?;
    let RulesPreviewBody { change: RulesChange { rules_id, versions }, from, to, department_id, as_export } = value;
    let exported = as_export.then(|| PreviewScope::exported(&caller, (from, to), department_id)).transpose()?;
    let now = app.now();
    let snapshot = app.store.pay_rules_snapshot(caller.user_id, rules_id, None, now).await?;
    let replaced: Option<PayRules> = match rules_id {
        Some(_) => Some(snapshot.rules.ok_or_else(Problem::not_found)?.into()),
        None => None,
    };
    let before = replaced.as_ref().map(|rules| &rules.versions);
    let versions = checked_versions(&versions, &snapshot.codes.codes(), before, "change.")?;
    if let Some(scope) = exported {
        let content = FileContent::PayRulesPreview { rules_id, versions, scope };
        let key = repeat.key(caller.user_id, &hash);
        let request = app.request(&caller, &request_id, key.as_ref());
        let order = || exports::order_file(&request, &content, "pay_rules_preview_requested");
        return execute(&request, export_ordered, order).await;
    }
    let scope = PreviewScope::new(from, to, department_id)?;
    let people = scope.people(&app.store, &caller).await?;
    let count = people.len();
    let tried = TriedRules { replaced: replaced.as_ref(), versions: &versions };
    let compared: Vec<Option<PayDifference>> = stream::iter(people)
        .map(|person| {
            let store = &app.store;
            async move { pay_difference(store, person.id, scope.days(), tried, now).await }
        })
        .buffered(CONCURRENCY)
        .try_collect()
        .await?;
    let items: Vec<PayDifference> = compared.into_iter().flatten().collect();
    let mut sums = CodeSums::default();
    for item in &items {
        sums.add(item);
    }
    Answer::ok(&RulesPreview { people: count, items, totals: sums.differences() })
}
