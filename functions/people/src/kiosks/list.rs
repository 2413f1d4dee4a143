//! `GET /kiosks`

use axum::extract::State;
use domain::id::KioskId;
use web::{
    Answer, App, Caller, Problem, Query,
    answers::KioskAnswer,
    authorization,
    cursor::{ListName, Page, paginate},
    query::ListQuery,
};

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
    let read = async |after: Option<KioskId>| -> Result<(Vec<KioskAnswer>, Option<KioskId>), Problem> {
        let page = app.store.kiosks(after, limit.get()).await?;
        let next = page.items.last().filter(|_| page.more).map(|record| record.kiosk.id);
        Ok((page.items.iter().map(|record| KioskAnswer::new(record, &caller.zone)).collect(), next))
    };
    Answer::ok(&paginate(&app, &caller, ListName::Kiosks, &(), cursor.as_deref(), read).await?)
}
