//! `/pay/rules`: thresholds of overtime, premiums and rounding, in versions by date. Everyone may read them, and admins may
//! change them.

use axum::{
    extract::{Path, State},
    response::Response,
};
use domain::{
    FieldRule,
    event::{Fact, PayFact, Subject},
    id::PayRulesId,
    pay::{PayCode, PayCodeKind, PayCodes, PayRules, PayRulesVersion, PayRulesVersions},
    text::{Name, NewName},
};
use serde::{Deserialize, Serialize};
use store::{
    Commit, RepeatKey,
    pay::rules::{MAX_PAY_RULES, PayRulesRecord},
};
use utoipa::ToSchema;
use web::{
    Answer, App, Body, Caller, Code, Failed, IfMatch, Problem, Query, Repeat, RequestId, authorization,
    command::{command, ensure_not_replayed},
    cursor::{CursorSeal, ListName, Page},
    parameter,
    query::{Limit, PageQuery},
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

impl PayRulesAnswer {
    fn new(rules: &PayRules, people: u64) -> Self {
        Self {
            id: rules.id,
            name: rules.name.clone(),
            versions: rules.versions.all().to_vec(),
            people,
            version: rules.version,
        }
    }
}

impl From<PayRulesRecord> for PayRulesAnswer {
    fn from(record: PayRulesRecord) -> Self {
        let people = record.people;
        Self::new(&record.into(), people)
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
) -> Result<Response, Problem> {
    authorization::must_be_admin(&caller)?;
    let key = repeat.key(caller.user_id, &hash);
    let key = key.as_ref();
    command(&app.store, key, app.now(), || created(&app, &caller, key, &request_id, &value)).await
}

async fn created(
    app: &App,
    caller: &Caller,
    key: Option<&RepeatKey>,
    request_id: &RequestId,
    body: &PutPayRules,
) -> Result<Answer, Failed> {
    let now = app.now();
    let snapshot = app.store.pay_rules_snapshot(caller.user_id, None, key, now).await?;
    authorization::current_profile(caller, snapshot.caller.as_ref())?;
    ensure_not_replayed(snapshot.earlier)?;
    let versions = checked_versions(&body.versions, &snapshot.codes.codes(), None, "")?;
    if app.store.all_pay_rules(None, MAX_PAY_RULES).await?.items.len() >= MAX_PAY_RULES {
        return Err(Problem::new(Code::TooManyPayRules).into());
    }
    let id = PayRulesId::generate(now, &*app.entropy);
    let rules = PayRules { id, name: body.name.clone().into(), versions, version: 1 };
    let answer = Answer::created(format!("/pay/rules/{id}"), &PayRulesAnswer::new(&rules, 0))?.version(rules.version);
    let fact = Fact::Pay(PayFact::PayRulesCreated { rules_id: id });
    let mut commit = Commit::new(app.stamp(caller, request_id, now), Subject::Pay, vec![fact])?;
    commit.audit(Subject::Pay, "pay_rules_created", None, Some(&rules))?;
    commit.create_pay_rules(&rules)?;
    commit.save_answer(key, answer.saved())?;
    commit.send(&app.store).await?;
    Ok(answer)
}

/// Replace pay rules
///
/// For admins only. The new versions apply to all dates that aren't part of a closed pay period.
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
) -> Result<Response, Problem> {
    authorization::must_be_admin(&caller)?;
    let id = parameter::id(&id)?;
    command(&app.store, None, app.now(), || replaced(&app, &caller, id, &if_match, &request_id, &value)).await
}

async fn replaced(
    app: &App,
    caller: &Caller,
    id: PayRulesId,
    if_match: &IfMatch,
    request_id: &RequestId,
    body: &PutPayRules,
) -> Result<Answer, Failed> {
    let now = app.now();
    let snapshot = app.store.pay_rules_snapshot(caller.user_id, Some(id), None, now).await?;
    authorization::current_profile(caller, snapshot.caller.as_ref())?;
    let record = snapshot.rules.ok_or_else(Problem::not_found)?;
    let versions = checked_versions(&body.versions, &snapshot.codes.codes(), Some(&record.versions), "");
    let versions = if_match.check_after(record.version, versions)?;
    let before = PayRules::from(record.clone());
    let mut after = PayRules { name: body.name.clone().into(), versions, ..before.clone() };
    if after != before {
        after.version += 1;
        let fact = Fact::Pay(PayFact::PayRulesChanged { rules_id: id });
        let mut commit = Commit::new(app.stamp(caller, request_id, now), Subject::Pay, vec![fact])?;
        commit.audit(Subject::Pay, "pay_rules_changed", Some(&before), Some(&after))?;
        commit.change_pay_rules(&record, &after)?;
        commit.send(&app.store).await?;
    }
    Ok(Answer::ok(&PayRulesAnswer::new(&after, record.people))?.version(after.version))
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
) -> Result<Response, Problem> {
    authorization::must_be_admin(&caller)?;
    let id = parameter::id(&id)?;
    command(&app.store, None, app.now(), || deleted(&app, &caller, id, &if_match, &request_id)).await
}

async fn deleted(
    app: &App,
    caller: &Caller,
    id: PayRulesId,
    if_match: &IfMatch,
    request_id: &RequestId,
) -> Result<Answer, Failed> {
    let now = app.now();
    let snapshot = app.store.pay_rules_snapshot(caller.user_id, Some(id), None, now).await?;
    authorization::current_profile(caller, snapshot.caller.as_ref())?;
    let record = snapshot.rules.ok_or_else(Problem::not_found)?;
    if_match.check(record.version)?;
    if record.people > 0 {
        return Err(Problem::new(Code::PayRulesInUse).into());
    }
    let fact = Fact::Pay(PayFact::PayRulesDeleted { rules_id: id });
    let mut commit = Commit::new(app.stamp(caller, request_id, now), Subject::Pay, vec![fact])?;
    commit.audit(Subject::Pay, "pay_rules_deleted", Some(&PayRules::from(record.clone())), None)?;
    commit.delete_pay_rules(&record)?;
    commit.send(&app.store).await?;
    Ok(Answer::no_content())
}

/// Returns the versions if they follow the rules. A code that the rules already used may be inactive. The paths of errors begin
/// with `within`.
pub(crate) fn checked_versions(
    versions: &[PayRulesVersion],
    codes: &PayCodes,
    before: Option<&PayRulesVersions>,
    within: &str,
) -> Result<PayRulesVersions, Problem> {
    let used = before.map(PayRulesVersions::all).unwrap_or_default();
    let is_usable = |code: &PayCode, kind| {
        let is_active = codes.get(code).is_some_and(|found| found.kind == kind && found.active);
        is_active || used.iter().any(|version| version.uses(code))
    };
    for (index, version) in versions.iter().enumerate() {
        let path = |field: &str| format!("{within}versions[{index}].{field}");
        version.check().map_err(|(field, invalid)| Problem::invalid(path(field), invalid))?;
        let overtime = version.overtime.iter().map(|rule| &rule.code).enumerate();
        let premiums = version.premiums.iter().map(|rule| &rule.code).enumerate();
        let overtime = overtime.map(|(at, code)| ("overtime", at, code, PayCodeKind::Overtime, "overtime"));
        let premiums = premiums.map(|(at, code)| ("premiums", at, code, PayCodeKind::Premium, "premium"));
        for (field, at, code, kind, name) in overtime.chain(premiums) {
            if !is_usable(code, kind) {
                let rule = FieldRule::NotAPayCode { kind: name.to_owned() };
                return Err(Problem::invalid(path(&format!("{field}[{at}].code")), rule));
            }
        }
    }
    let checked = PayRulesVersions::try_from(versions.to_vec());
    checked.map_err(|invalid| Problem::invalid(format!("{within}versions"), invalid))
}
