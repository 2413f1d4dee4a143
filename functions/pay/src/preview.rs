//! `POST /pay/rules/preview`: what other pay rules would mean for stored days, without changing anything.

use std::collections::BTreeMap;

use axum::extract::State;
use domain::{
    calendar::WorkDate,
    id::{DepartmentId, PayRulesId, UserId},
    pay::{PayCode, PayRules, PayRulesVersion, PayRulesVersions, SegmentedDay},
    user::User,
};
use futures_util::{StreamExt, TryStreamExt, stream};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use store::{
    StoreError,
    pay::inputs::{Extent, PayInputs},
};
use utoipa::ToSchema;
use web::{Answer, App, Body, Caller, Problem, authorization, preview::PreviewScope};

use crate::rules::checked_versions;

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
    /// The last date, at most 30 days after `from`.
    to: WorkDate,
    /// Only people of this department; all people by default. At most 100 people.
    department_id: Option<DepartmentId>,
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

/// The pay of a person that differs.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PayDifference {
    /// The person.
    user_id: UserId,
    /// The sums that differ, by pay code.
    codes: Vec<CodeDifference>,
}

/// The paid seconds of a code before and after the change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct CodeDifference {
    /// The pay code.
    code: PayCode,
    /// The paid seconds as they are.
    before: i64,
    /// The paid seconds under the change.
    after: i64,
}

/// Preview pay rules
///
/// Computes the pay of stored days of at most 31 dates and 100 people again under other rules, and returns whose pay differs and
/// by how much. Nothing is written. For admins only.
#[utoipa::path(
    post, path = "/pay/rules/preview", operation_id = "previewPayRules", tag = "pay",
    request_body = RulesPreviewBody,
    responses(
        (status = 200, description = "The effects that the rules would have", body = RulesPreview),
        (status = 404, description = "`not_found`: the rules don't exist"),
        (status = 422, description = "`invalid_values`; `to`: more than 31 dates; `department_id`: more than 100 people"),
    ),
)]
pub(crate) async fn preview(
    State(app): State<App>,
    caller: Caller,
    Body { value, .. }: Body<RulesPreviewBody>,
) -> Result<Answer, Problem> {
    authorization::must_be_admin(&caller)?;
    let RulesPreviewBody { change: RulesChange { rules_id, versions }, from, to, department_id } = value;
    let scope = PreviewScope::new(from, to, department_id)?;
    let now = app.now();
    let snapshot = app.store.pay_rules_snapshot(caller.user_id, rules_id, None, now).await?;
    let replaced: Option<PayRules> = match rules_id {
        Some(_) => Some(snapshot.rules.ok_or_else(Problem::not_found)?.into()),
        None => None,
    };
    let before = replaced.as_ref().map(|rules| &rules.versions);
    let versions = checked_versions(&versions, &snapshot.codes.codes(), before, "change.")?;
    let people = scope.people(&app, &caller).await?;
    let count = people.len();
    let compared: Vec<Option<PayDifference>> = stream::iter(people)
        .map(|person| compared(&app, person, scope, replaced.as_ref(), &versions, now))
        .buffered(CONCURRENCY)
        .try_collect()
        .await?;
    let items: Vec<PayDifference> = compared.into_iter().flatten().collect();
    let mut sums = (BTreeMap::new(), BTreeMap::new());
    for difference in items.iter().flat_map(|item| &item.codes) {
        *sums.0.entry(difference.code.clone()).or_default() += difference.before;
        *sums.1.entry(difference.code.clone()).or_default() += difference.after;
    }
    Answer::ok(&RulesPreview { people: count, items, totals: differences(&sums.0, &sums.1) })
}

/// Returns the pay of a person that differs under the versions; none if none does.
async fn compared(
    app: &App,
    person: User,
    scope: PreviewScope,
    replaced: Option<&PayRules>,
    versions: &PayRulesVersions,
    now: Timestamp,
) -> Result<Option<PayDifference>, StoreError> {
    let inputs = app.store.pay_inputs_with(person.id, scope.from, scope.to, now, Extent::WholePeriods).await?;
    let Some(mut inputs) = inputs else { return Ok(None) };
    let before = sums(&inputs);
    match replaced {
        Some(rules) => {
            let tried = PayRules { versions: versions.clone(), ..rules.clone() };
            // People who don't use the rules keep theirs.
            if let Some(used) = inputs.rules.get_mut(&rules.id) {
                *used = tried;
            }
        }
        None => inputs.tried = Some(versions.clone()),
    }
    let codes = differences(&before, &sums(&inputs));
    Ok(Some(PayDifference { user_id: person.id, codes }).filter(|difference| !difference.codes.is_empty()))
}

/// Returns the paid seconds of all requested dates by code.
fn sums(inputs: &PayInputs) -> BTreeMap<PayCode, i64> {
    let mut sums: BTreeMap<PayCode, i64> = BTreeMap::new();
    for (code, seconds) in inputs.segments().iter().flat_map(SegmentedDay::seconds_by_code) {
        *sums.entry(code).or_default() += seconds;
    }
    sums
}

/// Returns the codes whose sums differ.
fn differences(before: &BTreeMap<PayCode, i64>, after: &BTreeMap<PayCode, i64>) -> Vec<CodeDifference> {
    let codes: std::collections::BTreeSet<&PayCode> = before.keys().chain(after.keys()).collect();
    let sum = |sums: &BTreeMap<PayCode, i64>, code: &PayCode| sums.get(code).copied().unwrap_or(0);
    let difference = |code: &PayCode| {
        let (before, after) = (sum(before, code), sum(after, code));
        (before != after).then(|| CodeDifference { code: code.clone(), before, after })
    };
    codes.into_iter().filter_map(difference).collect()
}
