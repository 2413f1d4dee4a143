//! `/pay/codes`: payroll's names for kinds of time. Everyone may read them, and admins may change them.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use domain::pay::PayCodeDefinition;
use web::{
    Answer, App, Caller, Problem, Query,
    cursor::{CursorSeal, Page},
    query::PageQuery,
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
        headers(("ETag" = String, description = "Their version"))))
)]
pub(crate) async fn list(
    State(app): State<App>,
    caller: Caller,
    Query(page): Query<PageQuery>,
) -> Result<Response, Problem> {
    let stored = app.store.pay_codes().await?;
    let seal = CursorSeal::new(&app.tokens.cursor_key().await?, &["pay codes", &caller.user_id.to_string()]);
    let codes = stored.codes().iter().cloned().collect();
    let page = Page::of_whole(codes, page.limit, page.cursor.as_deref(), &seal)?;
    Ok(Answer::ok(&page)?.version(stored.version).into_response())
}
