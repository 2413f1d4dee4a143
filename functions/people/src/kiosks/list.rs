//! `GET /kiosks`

use axum::extract::State;
use domain::id::KioskId;
use web::{
    Answer, App, Caller, Problem, Query, authorization,
    cursor::{CursorSeal, Page},
    query::ListQuery,
};

use super::KioskAnswer;

/// List kiosks
///
/// For admins only. Lists the kiosks in the order in which they were created.
#[utoipa::path(
    get, path = "/kiosks", operation_id = "listKiosks", tag = "kiosks", params(ListQuery),
    responses((status = 200, description = "A page of kiosks", body = Page<KioskAnswer>)),
)]
pub(crate) async fn list(
    State(app): State<App>,
    caller: Caller,
    Query(ListQuery { limit, cursor }): Query<ListQuery>,
) -> Result<Answer, Problem> {
    authorization::must_be_admin(&caller)?;
    let seal = CursorSeal::new(&app.tokens.cursor_key().await?, &["kiosks", &caller.user_id.to_string()]);
    let after: Option<KioskId> = cursor.map(|cursor| seal.open(&cursor)).transpose()?;
    let page = app.store.kiosks(after, limit.get()).await?;
    let last = page.items.last().filter(|_| page.more).map(|record| record.kiosk.id);
    let next_cursor = last.map(|id| seal.seal(&id)).transpose()?;
    let items = page.items.iter().map(|record| KioskAnswer::new(record, &caller.zone)).collect();
    Answer::ok(&Page { items, next_cursor })
}
