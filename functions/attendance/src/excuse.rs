//! `POST /attendance/{user_id}/{date}/excuse`

use app::attendance::days;
use axum::extract::{Path, State};
use domain::text::Reason;
use serde::Deserialize;
use utoipa::ToSchema;
use web::{
    Answer, App, Body, Caller, Problem, Repeat, RequestId,
    answers::DayAnswer,
    parameter,
    use_case::{changed, execute},
};

/// An excuse for lateness or absence.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"reason": "The bridge was closed"}))]
pub(crate) struct ExcuseDay {
    /// The reason for which the lateness or absence is excused.
    #[schema(value_type = String, min_length = 1, max_length = 500, example = "The bridge was closed")]
    reason: Reason,
}

/// Excuse a day
///
/// Excuses lateness or absence: the seconds stay, and the day no longer counts as late or absent. Only managers can excuse days,
/// and not their own.
#[utoipa::path(
    post,
    path = "/attendance/{user_id}/{date}/excuse",
    operation_id = "excuseDay",
    tag = "attendance",
    params(
        ("user_id" = String, Path, description = "The id of the person"),
        ("date" = String, Path, description = "The work date", example = "2026-11-02"),
        ("Idempotency-Key" = Option<String>, Header, description = "Names the request, so that a repeat gets its answer")
    ),
    request_body = ExcuseDay,
    responses(
        (status = 200, description = "The day", body = DayAnswer, headers(("ETag" = String, description = "The version"))),
        (status = 403, description = "`forbidden`; `own_record`"),
        (status = 409, description = "`nothing_to_excuse`: neither late nor absent, or excused already")
    )
)]
pub(crate) async fn excuse(
    State(app): State<App>,
    caller: Caller,
    Path(day): Path<(String, String)>,
    request_id: RequestId,
    repeat: Repeat,
    Body { value, hash }: Body<ExcuseDay>,
) -> Result<Answer, Problem> {
    let key = repeat.key(caller.user_id, &hash);
    let (request, day) = (app.request(&caller, &request_id, key.as_ref()), parameter::day(&day, &caller)?);
    execute(&request, changed, || days::excuse(&request, day, &value.reason)).await
}
