//! `POST /attendance/{user_id}/{date}/corrections`

use app::attendance::corrections;
use axum::extract::{Path, State};
use domain::{calendar::WorkDate, correction::CorrectionId, day::SessionTimes, text::Reason};
use serde::Deserialize;
use utoipa::ToSchema;
use web::{
    Answer, App, Body, Caller, Problem, Repeat, RequestId, answers::CorrectionAnswer, parameter, use_case::execute,
};

/// The sessions that the day is to have.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "sessions": [{
        "clock_in": "2026-11-02T09:00:00+01:00",
        "clock_out": "2026-11-02T18:00:00+01:00",
        "breaks": [{"started_at": "2026-11-02T12:00:00+01:00", "ended_at": "2026-11-02T12:30:00+01:00"}]
    }],
    "reason": "I forgot to clock out"
}))]
pub(crate) struct RequestCorrection {
    /// All sessions of the day, in order. An approved correction removes sessions that are absent here.
    sessions: Vec<SessionTimes>,
    /// The reason.
    #[schema(value_type = String, min_length = 1, max_length = 500, example = "I forgot to clock out")]
    reason: Reason,
}

/// Request a correction
///
/// Requests a change of the caller's own day (`me`). The sessions are validated like those of an edit. The day changes when a
/// manager in charge approves the correction.
#[utoipa::path(
    post,
    path = "/attendance/{user_id}/{date}/corrections",
    operation_id = "requestCorrection",
    tag = "corrections",
    params(
        ("user_id" = String, Path, description = "The id of the caller, or `me`"),
        ("date" = String, Path, description = "The work date", example = "2026-11-02"),
        ("Idempotency-Key" = Option<String>, Header, description = "Names the request, so that a repeat asks for nothing more")
    ),
    request_body = RequestCorrection,
    responses(
        (status = 201, description = "The correction", body = CorrectionAnswer, headers(("Location" = String, description = "The URL of the new item"))),
        (status = 403, description = "`forbidden`: managers edit the days of others instead"),
        (status = 422, description = "Impossible times, each with its path")
    )
)]
pub(crate) async fn request(
    State(app): State<App>,
    caller: Caller,
    Path((user, date)): Path<(String, String)>,
    request_id: RequestId,
    repeat: Repeat,
    Body { value, hash }: Body<RequestCorrection>,
) -> Result<Answer, Problem> {
    let date: WorkDate = parameter::value("date", &date)?;
    let user = parameter::user(&user, &caller)?;
    let key = repeat.key(caller.user_id, &hash);
    let request = app.request(&caller, &request_id, key.as_ref());
    let requested = |(id, correction): &(CorrectionId, CorrectionAnswer), version: u64| -> Result<Answer, Problem> {
        Ok(Answer::created(format!("/corrections/{id}"), correction)?.version(version))
    };
    let day = (user, date);
    execute(&request, requested, || corrections::request(&request, day, &value.sessions, &value.reason)).await
}
