//! `POST /clock/in`

use app::photos::WithoutPhoto;
use axum::{extract::State, response::Response};
use http::StatusCode;
use web::{Body, Caller, Problem, Repeat, RequestId, answers::DayAnswer, punching::clock_in_problem};

use crate::{photo_body::MAX_BODY, punch::Punch, punch_body::PunchBody, time_clock::TimeClock};

/// Clock in
///
/// Matches the punch to the shift whose clock-in window contains it; if several do, to the shift with the nearest start. Without
/// a shift it is unscheduled work, if the settings allow that. A clock-in also closes an older session that was forgotten.
/// Outside every window, or on leave, a clock-in is refused, or accepted and flagged until a manager acknowledges it. The
/// settings `clock_in_window.outside` and `clock_in_on_leave` decide which.
#[utoipa::path(
    post,
    path = "/clock/in",
    operation_id = "clockIn",
    tag = "clock",
    request_body = PunchBody,
    params(("Idempotency-Key" = Option<String>, Header, description = "Names the punch, so that repeats don't punch again")),
    responses(
        (status = 201, description = "The day that the punch belongs to", body = DayAnswer),
        (status = 409, description = "`already_clocked_in`; `outside_window`: `detail` names the window; `not_scheduled`; `on_leave`; `kiosk_code_used`"),
        (status = 422, description = "`photo_required`; `photo_invalid`; `location_required`; `outside_geofence`; `kiosk_code_invalid`; `invalid_values`"),
    )
)]
pub(crate) async fn clock_in(
    State(clock): State<TimeClock>,
    caller: Caller,
    request_id: RequestId,
    repeat: Repeat,
    body: Body<PunchBody, MAX_BODY>,
) -> Result<Response, Problem> {
    let punch = Punch { clock, caller, request_id, repeat, body };
    // Boxed: the futures of a punch with and without a photo are large.
    Box::pin(punch.execute(StatusCode::CREATED, WithoutPhoto::Refused, |context, details| {
        context.clock_in(details).map_err(|refusal| clock_in_problem(refusal, context.planner.zone()))
    }))
    .await
}
