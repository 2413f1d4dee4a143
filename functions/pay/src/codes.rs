//! `/pay/codes`: payroll's names for kinds of time. Everyone may read them, and admins may change them.

use axum::{
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use domain::{
    FieldRule,
    event::{Fact, PayFact, Subject},
    pay::{Multiplier, PayCode, PayCodeDefinition, PayCodeKind, PayCodes},
    text::NewName,
};
use serde::Deserialize;
use store::{Commit, pay::codes::StoredPayCodes};
use utoipa::ToSchema;
use web::{
    Answer, App, Body, Caller, Failed, IfMatch, Problem, Query, RequestId, authorization, command,
    cursor::{CursorSeal, ListName, Page},
    query::PageQuery,
};

/// A complete pay code.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "Night premium", "kind": "premium", "multiplier": 0.25, "export_code": "1050"}))]
pub(crate) struct PutPayCode {
    /// The name.
    #[schema(value_type = String, min_length = 1, max_length = 100)]
    name: NewName,
    /// The kind of time that the code counts. Rules use overtime codes for thresholds and premium codes for premiums.
    kind: PayCodeKind,
    /// The factor by which an hour of the code is paid. A premium's factor is paid in addition to that of the hour.
    multiplier: Multiplier,
    /// The code's name in the payroll system: 1 to 32 visible ASCII characters; the code itself by default.
    #[schema(value_type = Option<String>, min_length = 1, max_length = 32)]
    export_code: Option<String>,
    /// Whether new rules may use the code.
    #[serde(default = "yes")]
    #[schema(default = true)]
    active: bool,
    /// Whether the multiplier is credited to time accounts, in addition to the worked time. Only for codes of work.
    #[serde(default)]
    #[schema(default = false)]
    credits_account: bool,
}

const fn yes() -> bool {
    true
}

/// List pay codes
///
/// Lists all pay codes by code: `regular`, `overtime`, `absence_paid` and `absence_unpaid`, which every company has, and those
/// that were added. The `ETag` is the version of the whole list.
#[utoipa::path(
    get,
    path = "/pay/codes",
    operation_id = "listPayCodes",
    tag = "pay",
    params(PageQuery),
    responses((status = 200, description = "The codes", body = Page<PayCodeDefinition>,
        headers(("ETag" = String, description = "The version"))))
)]
pub(crate) async fn list(
    State(app): State<App>,
    caller: Caller,
    Query(page): Query<PageQuery>,
) -> Result<Response, Problem> {
    let stored = app.store.pay_codes().await?;
    let seal = CursorSeal::of_caller(&app, &caller, ListName::PayCodes, &()).await?;
    let codes = stored.codes().iter().cloned().collect();
    let page = Page::of_whole(codes, page.limit, page.cursor.as_deref(), &seal)?;
    Ok(Answer::ok(&page)?.version(stored.version).into_response())
}

/// Create or replace a pay code
///
/// For admins only. The built-in codes keep their kinds and stay active. A company has at most 100 codes.
#[utoipa::path(
    put,
    path = "/pay/codes/{code}",
    operation_id = "putPayCode",
    tag = "pay",
    params(
        ("code" = String, Path, description = "1 to 32 of a-z, digits and underscores", example = "night"),
        ("If-Match" = Option<String>, Header, description = "The `ETag` of the version that the change is based on"),
    ),
    request_body = PutPayCode,
    responses((status = 200, description = "The code", body = PayCodeDefinition,
        headers(("ETag" = String, description = "The version of all codes"))))
)]
pub(crate) async fn put(
    State(app): State<App>,
    caller: Caller,
    Path(code): Path<String>,
    if_match: IfMatch,
    request_id: RequestId,
    Body { value, .. }: Body<PutPayCode>,
) -> Result<Response, Problem> {
    authorization::must_be_admin(&caller)?;
    let definition = value.into_definition(&code)?;
    let now = app.now();
    let attempt = async || -> Result<Answer, Failed> {
        let snapshot = app.store.pay_codes_snapshot(caller.user_id).await?;
        authorization::current_profile(&caller, snapshot.caller.as_ref())?;
        let after = if_match.check_after(snapshot.codes.version, changed(&snapshot.codes, &definition))?;
        let codes = snapshot.codes.codes();
        let before = codes.get(&definition.code);
        if before == Some(&definition) {
            return Ok(Answer::ok(&definition)?.version(snapshot.codes.version));
        }
        let fact = Fact::Pay(PayFact::PayCodeChanged { code: definition.code.clone() });
        let mut commit = Commit::new(app.stamp(&caller, &request_id, now), Subject::Pay, vec![fact])?;
        commit.audit(Subject::Pay, "pay_code_changed", before, Some(&definition))?;
        commit.put_pay_codes(&after)?;
        commit.send(&app.store).await?;
        Ok(Answer::ok(&definition)?.version(after.version))
    };
    command(&app.store, None, now, attempt).await
}

impl PutPayCode {
    fn into_definition(self, path: &str) -> Result<PayCodeDefinition, Problem> {
        let code = PayCode::parse(path).map_err(|invalid| Problem::invalid("code", invalid))?;
        let is_visible =
            |text: &String| (1..=32).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic());
        if !self.export_code.as_ref().is_none_or(is_visible) {
            return Err(Problem::invalid("export_code", FieldRule::VisibleAscii { min: 1, max: 32 }));
        }
        let Self { name, kind, multiplier, export_code, active, credits_account } = self;
        let rule = FieldRule::NotWith { other: "kind".to_owned() };
        Problem::unless_valid([(credits_account && !kind.is_work(), "credits_account", rule)])?;
        Ok(PayCodeDefinition { code, name: name.into(), kind, multiplier, export_code, active, credits_account })
    }
}

/// Returns the codes with the new definition, as their next version.
fn changed(stored: &StoredPayCodes, definition: &PayCodeDefinition) -> Result<StoredPayCodes, Problem> {
    let codes = stored.codes();
    if codes.get(&definition.code).is_none() && codes.iter().count() >= PayCodes::MAX {
        return Err(Problem::invalid("code", FieldRule::TooManyPayCodes { max: PayCodes::MAX as u64 }));
    }
    if let Some(built_in) = PayCodes::default().get(&definition.code) {
        Problem::unless_valid([
            (definition.kind != built_in.kind, "kind", FieldRule::BuiltInPayCode),
            (!definition.active, "active", FieldRule::BuiltInPayCode),
        ])?;
    }
    Ok(stored.with(definition.clone()))
}
