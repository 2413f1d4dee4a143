//! `/pay/codes`: payroll's names for kinds of time. Everyone may read them, and admins may change them (`app::pay::codes`).

use app::pay::codes::{self, PayCodeDraft};
use axum::extract::{Path, State};
use domain::pay::PayCodeDefinition;
use web::{
    Answer, App, Body, Caller, IfMatch, Problem, Query, RequestId,
    cursor::{CursorSeal, ListName, Page},
    query::PageQuery,
    use_case::{changed, execute_if_changed},
};

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
) -> Result<Answer, Problem> {
    let stored = app.store.pay_codes().await?;
    let seal = CursorSeal::of_caller(&app, &caller, ListName::PayCodes, &()).await?;
    let codes = stored.codes().iter().cloned().collect();
    let page = Page::of_whole(codes, page.limit, page.cursor.as_deref(), &seal)?;
    Ok(Answer::ok(&page)?.version(stored.version))
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
    request_body = PayCodeDraft,
    responses((status = 200, description = "The code", body = PayCodeDefinition,
        headers(("ETag" = String, description = "The version of all codes"))))
)]
pub(crate) async fn put(
    State(app): State<App>,
    caller: Caller,
    Path(code): Path<String>,
    if_match: IfMatch,
    request_id: RequestId,
    Body { value, .. }: Body<PayCodeDraft>,
) -> Result<Answer, Problem> {
    let (request, versions) = (app.request(&caller, &request_id, None), if_match.versions());
    execute_if_changed(&request, changed, || codes::put(&request, &code, &versions, &value)).await
}
