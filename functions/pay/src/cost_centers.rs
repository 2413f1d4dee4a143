//! `/pay/cost-centers`: cost centers and projects, to which work is assigned. Everyone may read them, and admins may change them
//! (`app::pay::cost_centers`).

use app::pay::cost_centers::{self, CostCenterDraft};
use axum::extract::{Path, State};
use domain::pay::{CostCenter, CostCenterCode};
use serde::Deserialize;
use web::{
    Answer, App, Body, Caller, IfMatch, Problem, Query, RequestId,
    cursor::{CursorSeal, ListName, Page},
    query::Limit,
    use_case::{changed, execute_if_changed},
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
    request_body = CostCenterDraft,
    responses((status = 200, description = "The cost center", body = CostCenter,
        headers(("ETag" = String, description = "The version")))),
)]
pub(crate) async fn put(
    State(app): State<App>,
    caller: Caller,
    Path(code): Path<String>,
    if_match: IfMatch,
    request_id: RequestId,
    Body { value, .. }: Body<CostCenterDraft>,
) -> Result<Answer, Problem> {
    let (request, versions) = (app.request(&caller, &request_id, None), if_match.versions());
    execute_if_changed(&request, changed, || cost_centers::put(&request, &code, &versions, &value)).await
}
