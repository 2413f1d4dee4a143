//! `GET /sites`

use axum::extract::State;
use domain::id::SiteId;
use web::{
    Answer, App, Caller, Problem, Query,
    cursor::{ListName, Page, paginate},
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
    let read = async |after: Option<SiteId>| -> Result<(Vec<SiteAnswer>, Option<SiteId>), Problem> {
        let page = app.store.sites(after, limit.get()).await?;
        let next = page.items.last().filter(|_| page.more).map(|site| site.id);
        Ok((page.items.into_iter().map(SiteAnswer::from).collect(), next))
    };
    Answer::ok(&paginate(&app, &caller, ListName::Sites, &(), cursor.as_deref(), read).await?)
}
