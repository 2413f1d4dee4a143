//! `/pay/cost-centers`: cost centers and projects, to which work is assigned. Everyone may read them, and admins may change them.

use axum::{
    extract::{Path, State},
    response::Response,
};
use domain::{
    event::{Fact, PayFact, Subject},
    pay::{CostCenter, CostCenterCode},
    text::NewName,
};
use serde::Deserialize;
use store::Commit;
use utoipa::ToSchema;
use web::{
    Answer, App, Body, Caller, Failed, IfMatch, Problem, Query, RequestId, authorization, command,
    cursor::{CursorSeal, ListName, Page},
    query::Limit,
};

/// The page of a list of cost centers.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct List {
    /// The maximum number of items.
    #[serde(default)]
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200)]
    limit: Limit,
    /// The `next_cursor` of the page before.
    cursor: Option<String>,
}

/// A complete cost center.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "Warehouse North"}))]
pub(crate) struct PutCostCenter {
    /// The name.
    #[schema(value_type = String, min_length = 1, max_length = 100)]
    name: NewName,
    /// Whether new work may be assigned to the cost center.
    #[serde(default = "yes")]
    #[schema(default = true)]
    active: bool,
}

const fn yes() -> bool {
    true
}

/// List cost centers
///
/// Lists cost centers and projects by code.
#[utoipa::path(
    get, path = "/pay/cost-centers", operation_id = "listCostCenters", tag = "pay", params(List),
    responses((status = 200, description = "A page of cost centers", body = Page<CostCenter>)),
)]
pub(crate) async fn list(
    State(app): State<App>,
    caller: Caller,
    Query(List { limit, cursor }): Query<List>,
) -> Result<Answer, Problem> {
    let seal = CursorSeal::of_caller(&app, &caller, ListName::CostCenters, &()).await?;
    let after: Option<CostCenterCode> = seal.position(cursor.as_deref())?;
    let found = app.store.cost_centers(after.as_ref(), limit.get()).await?;
    let last = found.items.last().filter(|_| found.more);
    let next_cursor = last.map(|center| seal.seal(&center.code)).transpose()?;
    Answer::ok(&Page { items: found.items, next_cursor })
}

/// Create or replace a cost center
///
/// For admins only. A cost center is never deleted, because past work names it. Set `active` to false instead.
#[utoipa::path(
    put, path = "/pay/cost-centers/{code}", operation_id = "putCostCenter", tag = "pay",
    params(
        ("code" = String, Path, description = "1 to 32 letters, digits, dots, hyphens and underscores", example = "4711"),
        ("If-Match" = Option<String>, Header, description = "The `ETag` of the version that the change is based on"),
    ),
    request_body = PutCostCenter,
    responses((status = 200, description = "The cost center", body = CostCenter,
        headers(("ETag" = String, description = "The version")))),
)]
pub(crate) async fn put(
    State(app): State<App>,
    caller: Caller,
    Path(code): Path<String>,
    if_match: IfMatch,
    request_id: RequestId,
    Body { value, .. }: Body<PutCostCenter>,
) -> Result<Response, Problem> {
    authorization::must_be_admin(&caller)?;
    let code = CostCenterCode::try_from(code).map_err(|invalid| Problem::invalid("code", invalid))?;
    let now = app.now();
    let attempt = async || -> Result<Answer, Failed> {
        let snapshot = app.store.cost_center_snapshot(caller.user_id, &code).await?;
        authorization::current_profile(&caller, snapshot.caller.as_ref())?;
        let before = snapshot.cost_center.as_ref();
        let version = before.map_or(0, |center| center.version);
        if_match.check(version)?;
        let mut after =
            CostCenter { code: code.clone(), name: value.name.clone().into(), active: value.active, version };
        if before != Some(&after) {
            after.version += 1;
            let fact = Fact::Pay(PayFact::CostCenterChanged { cost_center: code.clone() });
            let mut commit = Commit::new(app.stamp(&caller, &request_id, now), Subject::Pay, vec![fact])?;
            commit.audit(Subject::Pay, "cost_center_changed", before, Some(&after))?;
            commit.put_cost_center(&after)?;
            commit.send(&app.store).await?;
        }
        Ok(Answer::ok(&after)?.version(after.version))
    };
    command(&app.store, None, now, attempt).await
}
