//! `PUT /roster/{user_id}`

use app::roster::{PatternDraft, plans};
use axum::extract::{Path, State};
use web::{
    Answer, App, Body, Caller, IfMatch, Problem, RequestId,
    answers::roster::RosterAnswer,
    parameter,
    use_case::{changed, execute},
};

/// Set a person's pattern
///
/// Managers set the patterns of people in their charge. They can't set their own. The pattern applies from
/// `effective_from` until the next pattern. It replaces a pattern from the same date. Earlier patterns stay, so that
/// past days keep theirs. If work on that date has already begun, the pattern applies from the next date.
#[utoipa::path(
    put,
    path = "/roster/{user_id}",
    operation_id = "putPattern",
    tag = "roster",
    params(
        ("user_id" = String, Path, description = "The id of the person"),
        ("If-Match" = Option<String>, Header, description = "The `ETag` of the version that the change is based on")
    ),
    request_body = PatternDraft,
    responses(
        (status = 200, description = "The patterns", body = RosterAnswer, headers(("ETag" = String, description = "The version"))),
        (status = 403, description = "`forbidden`; `own_record`"),
        (status = 412, description = "The patterns have changed since they were read"),
        (status = 422, description = "An impossible pattern, with the path of each invalid value; shifts that overlap are both named")
    )
)]
pub(crate) async fn put(
    State(app): State<App>,
    caller: Caller,
    Path(user): Path<String>,
    if_match: IfMatch,
    request_id: RequestId,
    Body { value, .. }: Body<PatternDraft>,
) -> Result<Answer, Problem> {
    let user = parameter::user(&user, &caller)?;
    let (request, versions) = (app.request(&caller, &request_id, None), if_match.versions());
    execute(&request, changed, || plans::set_pattern(&request, user, &versions, &value)).await
}
