//! `GET /sites`

use axum::extract::State;
use domain::id::SiteId;
use web::{
    Answer, App, Caller, Problem, Query,
    cursor::{CursorSeal, Page},
    query::ListQuery,
};

use super::SiteAnswer;

/// List sites
///
/// Lists the sites in the order in which they were created.
#[utoipa::path(
    get, path = "/sites", operation_id = "listSites", tag = "sites", params(ListQuery),
    responses((status = 200, description = "A page of sites", body = Page<SiteAnswer>)),
)]
pub(crate) async fn list(
    State(app): State<App>,
    caller: Caller,
    Query(ListQuery { limit, cursor }): Query<ListQuery>,
) -> Result<Answer, Problem> {
    let seal = CursorSeal::new(&app.tokens.cursor_key().await?, &["sites", &caller.user_id.to_string()]);
    let after: Option<SiteId> = cursor.map(|cursor| seal.open(&cursor)).transpose()?;
    let page = app.store.sites(after, limit.get()).await?;
    let last = page.items.last().filter(|_| page.more).map(|site| site.id);
    let next_cursor = last.map(|id| seal.seal(&id)).transpose()?;
    Answer::ok(&Page { items: page.items.into_iter().map(SiteAnswer::from).collect(), next_cursor })
}
