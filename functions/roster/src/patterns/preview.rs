//! `POST /roster/{user_id}/preview`

use app::roster::{PatternDraft, plans};
use axum::extract::{Path, State};
use web::{Answer, App, Body, Caller, Problem, RequestId, parameter};

use crate::preview::RosterPreview;

/// Preview a pattern
///
/// Returns what `PUT /roster/{user_id}` with the same body would do, without changing anything: whether the change
/// would be allowed, the dates of the first eight weeks that would change, and conflicts.
#[utoipa::path(
    post,
    path = "/roster/{user_id}/preview",
    operation_id = "previewPattern",
    tag = "roster",
    params(("user_id" = String, Path, description = "A person's id")),
    request_body = PatternDraft,
    responses(
        (status = 200, description = "The effects that the change would have", body = RosterPreview),
        (status = 403, description = "`forbidden`; `own_record`")
    )
)]
pub(crate) async fn preview(
    State(app): State<App>,
    caller: Caller,
    Path(user): Path<String>,
    request_id: RequestId,
    Body { value, .. }: Body<PatternDraft>,
) -> Result<Answer, Problem> {
    let user = parameter::user(&user, &caller)?;
    let request = app.request(&caller, &request_id, None);
    let effects = plans::preview_pattern(&request, user, &value).await?;
    Answer::ok(&RosterPreview::new(effects, &request_id))
}
