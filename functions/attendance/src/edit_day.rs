//! `PUT /attendance/{user_id}/{date}`

use app::attendance::days;
use axum::extract::{Path, State};
use domain::{
    calendar::WorkDate,
    day::{Day, SessionTimes},
    pay::AfterClose,
    text::Reason,
};
use serde::Deserialize;
use utoipa::ToSchema;
use web::{
    Answer, App, Body, Caller, IfMatch, Problem, RequestId,
    answers::DayAnswer,
    parameter,
    use_case::{changed, execute},
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
    "reason": "The terminal was out of order"
}))]
pub(crate) struct EditDay {
    /// All sessions of the day, in order. Sessions that are absent are removed.
    sessions: Vec<SessionTimes>,
    /// The reason.
    #[schema(value_type = String, min_length = 1, max_length = 500, example = "The terminal was out of order")]
    reason: Reason,
    /// Whether the day may change although its pay period is closed. The person's earliest timesheet that isn't submitted yet
    /// then pays the difference.
    #[serde(default)]
    after_close: bool,
}

/// Edit a day
///
/// Only managers can edit days, and not their own. The sessions are validated as a whole. A session with a known `id` keeps its
/// remarks, places and photos. The history keeps the replaced times. All figures that depend on the day are computed again. For a
/// date that is over, they use the shifts and the policy that are stored with the day.
#[utoipa::path(
    put,
    path = "/attendance/{user_id}/{date}",
    operation_id = "editDay",
    tag = "attendance",
    params(
        ("user_id" = String, Path, description = "The id of the person"),
        ("date" = String, Path, description = "The work date", example = "2026-11-02"),
        ("If-Match" = Option<String>, Header, description = "The `ETag` of the version that the change is based on")
    ),
    request_body = EditDay,
    responses(
        (status = 200, description = "The day", body = DayAnswer, headers(("ETag" = String, description = "The version"))),
        (status = 403, description = "`forbidden`; `own_record`"),
        (status = 409, description = "`period_closed`"),
        (status = 412, description = "The day has changed since it was read"),
        (status = 422, description = "Impossible times, each with its path")
    )
)]
pub(crate) async fn edit_day(
    State(app): State<App>,
    caller: Caller,
    Path((user, date)): Path<(String, String)>,
    if_match: IfMatch,
    request_id: RequestId,
    Body { value, .. }: Body<EditDay>,
) -> Result<Answer, Problem> {
    let date: WorkDate = parameter::value("date", &date)?;
    let user = parameter::user(&user, &caller)?;
    let (request, versions) = (app.request(&caller, &request_id, None), if_match.versions());
    let after_close = AfterClose::of(value.after_close);
    let edit = || {
        let sessions = |_: &Day| Ok(value.sessions.clone());
        days::edit(&request, (user, date), &versions, &value.reason, after_close, sessions)
    };
    execute(&request, changed, edit).await
}
