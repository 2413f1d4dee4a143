//! `POST /attendance/{user_id}/{date}/acknowledgement`

use app::attendance::days;
use axum::extract::{Path, State};
use domain::{day::Verdict, pay::AfterClose, text::Reason};
use serde::Deserialize;
use utoipa::ToSchema;
use web::{
    Answer, App, Body, Caller, IfMatch, Problem, Repeat, RequestId,
    answers::DayAnswer,
    parameter,
    use_case::{changed, execute},
};

/// The review of the day's flagged clock-ins.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"status": "acknowledged", "note": "The delivery came early"}))]
pub(crate) struct AcknowledgeDay {
    /// The decision.
    status: Verdict,
    /// The reason. Required with `after_close`.
    #[schema(value_type = Option<String>, min_length = 1, max_length = 500, example = "The delivery came early")]
    note: Option<Reason>,
    /// Whether the decision may be made although the pay period of the day is closed. The next period pays the difference. The
    /// decision then needs a `note`.
    #[serde(default)]
    after_close: bool,
}

/// Acknowledge or reject clock-ins
///
/// Settles the day's clock-ins that were accepted and flagged (`outside_window` or `on_leave`). Acknowledging a clock-in changes
/// no figure, and rejecting one deletes nothing: all times stay recorded. Only the deduction for lateness depends on the
/// decision: nothing is deducted until the clock-in is acknowledged, and a deduction is returned when the clock-in is rejected
/// afterwards. A request settles the clock-ins that wait for a decision. If none waits, it changes the decision on those that
/// have the other one. Managers can't acknowledge their own clock-ins.
#[utoipa::path(
    post,
    path = "/attendance/{user_id}/{date}/acknowledgement",
    operation_id = "acknowledgeDay",
    tag = "attendance",
    params(
        ("user_id" = String, Path, description = "The id of the person"),
        ("date" = String, Path, description = "The work date", example = "2026-11-02"),
        ("If-Match" = Option<String>, Header, description = "The `ETag` of the version that the decision is about"),
        ("Idempotency-Key" = Option<String>, Header, description = "Names the request, so that a repeat gets its answer")
    ),
    request_body = AcknowledgeDay,
    responses(
        (status = 200, description = "The day", body = DayAnswer, headers(("ETag" = String, description = "The version"))),
        (status = 403, description = "`forbidden`; `own_record`"),
        (status = 409, description = "`nothing_to_acknowledge`: no clock-in of the day is flagged, or all have that status already; `period_closed`"),
        (status = 422, description = "`invalid_values`: a decision with `after_close` has no `note`")
    )
)]
pub(crate) async fn acknowledge(
    State(app): State<App>,
    caller: Caller,
    Path(day): Path<(String, String)>,
    if_match: IfMatch,
    request_id: RequestId,
    repeat: Repeat,
    Body { value, hash }: Body<AcknowledgeDay>,
) -> Result<Answer, Problem> {
    let key = repeat.key(caller.user_id, &hash);
    let (request, day) = (app.request(&caller, &request_id, key.as_ref()), parameter::day(&day, &caller)?);
    let (versions, after_close) = (if_match.versions(), AfterClose::of(value.after_close));
    let review = || days::review(&request, day, &versions, value.status, value.note.as_ref(), after_close);
    execute(&request, changed, review).await
}
