//! `/pay/rules`: thresholds of overtime, premiums and rounding, in versions by date. Everyone may read them, and admins may
//! change them (`app::pay::rules`).

use app::pay::rules::{self, PayRulesDraft};
use axum::extract::{Path, State};
use domain::{
    id::PayRulesId,
    pay::PayRulesVersion,
    text::{Name, NewName},
};
use serde::{Deserialize, Serialize};
use store::pay::rules::{MAX_PAY_RULES, PayRulesRecord};
use utoipa::ToSchema;
use web::{
    Answer, App, Body, Caller, IfMatch, Problem, Query, Repeat, RequestId,
    cursor::{CursorSeal, ListName, Page},
    parameter,
    query::{Limit, PageQuery},
    use_case::{execute, execute_if_changed, no_content},
};

/// Complete pay rules.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "name": "Warehouse",
    "versions": [{
        "effective_from": "2026-11-02",
        "overtime": [
            {"per": "day", "after": {"minutes": 480}, "code": "overtime"},
            {"per": "week", "after": {"minutes": 2400}, "code": "overtime", "needs_approval": true},
        ],
        "rounding": {"step_minutes": 15, "mode": "nearest", "of": "day"},
        "before_shift": "approve",
    }]
}))]
pub(crate) struct PutPayRules {
    /// The name.
    #[schema(value_type = String, min_length = 1, max_length = 100)]
    name: NewName,
    /// The versions in any order, each with another `effective_from`.
    #[schema(min_items = 1, max_items = 50)]
    versions: Vec<PayRulesVersion>,
}

impl From<PutPayRules> for PayRulesDraft {
    fn from(PutPayRules { name, versions }: PutPayRules) -> Self {
        Self { name: name.into(), versions }
    }
}

/// Pay rules.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PayRules)]
pub(crate) struct PayRulesAnswer {
    /// The id of the rules.
    id: PayRulesId,
    /// The name.
    #[schema(value_type = String)]
    name: Name,
    /// The versions, in ascending order of their first dates.
    versions: Vec<PayRulesVersion>,
    /// The number of people whose pay profiles name the rules. Rules can only be deleted if nobody's does.
    people: u64,
    /// The version of the rules; grows with each change.
    version: u64,
}

impl From<PayRulesRecord> for PayRulesAnswer {
    fn from(PayRulesRecord { id, name, versions, version, people }: PayRulesRecord) -> Self {
        Self { id, name, versions: versions.all().to_vec(), people, version }
    }
}

/// List pay rules
///
/// Lists the pay rules in the order in which they were created.
#[utoipa::path(
    get, path = "/pay/rules", operation_id = "listPayRules", tag = "pay", params(PageQuery),
    responses((status = 200, description = "A page of rules", body = Page<PayRulesAnswer>)),
)]
pub(crate) async fn list(
    State(app): State<App>,
    caller: Caller,
    Query(page): Query<PageQuery>,
) -> Result<Answer, Problem> {
    let seal = CursorSeal::of_caller(&app, &caller, ListName::PayRules, &()).await?;
    let after: Option<PayRulesId> = seal.position(page.cursor.as_deref())?;
    let limit = page.limit.map_or(MAX_PAY_RULES, Limit::get);
    let found = app.store.all_pay_rules(after, limit).await?;
    let last = found.items.last().filter(|_| found.more).map(|rules| rules.id);
    let next_cursor = seal.next(last)?;
    Answer::ok(&Page { items: found.items.into_iter().map(PayRulesAnswer::from).collect(), next_cursor })
}

/// Get pay rules
#[utoipa::path(
    get, path = "/pay/rules/{id}", operation_id = "getPayRules", tag = "pay",
    params(("id" = String, Path, description = "The id of the rules")),
    responses((status = 200, description = "The rules", body = PayRulesAnswer,
        headers(("ETag" = String, description = "The version")))),
)]
pub(crate) async fn read(State(app): State<App>, _: Caller, Path(id): Path<String>) -> Result<Answer, Problem> {
    let record = app.store.pay_rules(parameter::id(&id)?).await?.ok_or_else(Problem::not_found)?;
    let version = record.version;
    Ok(Answer::ok(&PayRulesAnswer::from(record))?.version(version))
}

/// Create pay rules
///
/// For admins only. Rules apply to the people whose pay profiles name them. A threshold with `needs_approval` isn't paid until
/// a manager approves the time; many laws require payment for work that the employer knew of and allowed. A company has at most
/// 100 sets of rules.
#[utoipa::path(
    post, path = "/pay/rules", operation_id = "createPayRules", tag = "pay",
    params(("Idempotency-Key" = Option<String>, Header, description = "Names the request, so that a repeat gets its answer")),
    request_body = PutPayRules,
    responses(
        (status = 201, description = "The rules", body = PayRulesAnswer,
            headers(("ETag" = String, description = "The version"), ("Location" = String, description = "The URL of the new item"))),
        (status = 409, description = "`too_many_pay_rules`: a company has at most 100"),
    ),
)]
pub(crate) async fn create(
    State(app): State<App>,
    caller: Caller,
    repeat: Repeat,
    request_id: RequestId,
    Body { value, hash }: Body<PutPayRules>,
) -> Result<Answer, Problem> {
    let key = repeat.key(caller.user_id, &hash);
    let request = app.request(&caller, &request_id, key.as_ref());
    let draft = PayRulesDraft::from(value);
    let created = |rules: &PayRulesRecord, version: u64| -> Result<Answer, Problem> {
        let answer = PayRulesAnswer::from(rules.clone());
        Ok(Answer::created(format!("/pay/rules/{}", rules.id), &answer)?.version(version))
    };
    execute(&request, created, || rules::create(&request, &draft)).await
}

/// Replace pay rules
///
/// For admins only. The new versions apply to all dates of their own. A closed pay period keeps what it paid; if one of its days is
/// changed later, the difference is computed by the rules in force for the date then.
#[utoipa::path(
    put, path = "/pay/rules/{id}", operation_id = "replacePayRules", tag = "pay",
    params(
        ("id" = String, Path, description = "The id of the rules"),
        ("If-Match" = Option<String>, Header, description = "The `ETag` of the version that the change is based on"),
    ),
    request_body = PutPayRules,
    responses((status = 200, description = "The rules", body = PayRulesAnswer,
        headers(("ETag" = String, description = "The version")))),
)]
pub(crate) async fn replace(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    if_match: IfMatch,
    request_id: RequestId,
    Body { value, .. }: Body<PutPayRules>,
) -> Result<Answer, Problem> {
    let id = parameter::id_for_admin(&id, &caller)?;
    let (request, versions) = (app.request(&caller, &request_id, None), if_match.versions());
    let draft = PayRulesDraft::from(value);
    let replaced = |rules: &PayRulesRecord, version: u64| -> Result<Answer, Problem> {
        Ok(Answer::ok(&PayRulesAnswer::from(rules.clone()))?.version(version))
    };
    execute_if_changed(&request, replaced, || rules::replace(&request, id, &versions, &draft)).await
}

/// Delete pay rules
///
/// For admins only. Rules that a pay profile names can't be deleted.
#[utoipa::path(
    delete, path = "/pay/rules/{id}", operation_id = "deletePayRules", tag = "pay",
    params(
        ("id" = String, Path, description = "The id of the rules"),
        ("If-Match" = Option<String>, Header, description = "The `ETag` of the version that the change is based on"),
    ),
    responses(
        (status = 204, description = "Deleted"),
        (status = 409, description = "`pay_rules_in_use`: pay profiles name them"),
    ),
)]
pub(crate) async fn delete(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    if_match: IfMatch,
    request_id: RequestId,
) -> Result<Answer, Problem> {
    let id = parameter::id_for_admin(&id, &caller)?;
    let (request, versions) = (app.request(&caller, &request_id, None), if_match.versions());
    execute(&request, no_content, || rules::delete(&request, id, &versions)).await
}
