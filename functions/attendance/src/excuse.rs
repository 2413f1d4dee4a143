//! `POST /attendance/{user_id}/{date}/excuse`

use axum::extract::{Path, State};
use decisions::{
    Decider,
    day::{self, DayCommand},
};
use domain::{day::NothingToExcuse, text::Reason};
use serde::Deserialize;
use utoipa::ToSchema;
use web::{Answer, App, Body, Caller, Code, Problem, Repeat, RequestId, answers::DayAnswer};

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
    let by = Decider { app: &app, caller: &caller, request_id: &request_id, key: key.as_ref() };
    let command = DayCommand { by, day: day::named(&day, &caller)? };
    command
        .execute("day_excused", |context, date, by| {
            let decided = context.excuse(date, by, value.reason.clone());
            decided.map_err(|NothingToExcuse| Problem::new(Code::NothingToExcuse))
        })
        .await
}
