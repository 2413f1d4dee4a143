//! `POST /clock/out`

use app::photos::WithoutPhoto;
use axum::{extract::State, response::Response};
use domain::{FieldRule, day::PunchAction};
use http::StatusCode;
use web::{Body, Caller, Problem, Repeat, RequestId, answers::DayAnswer};

use crate::{photo_body::MAX_BODY, punch::Punch, punch_body::PunchBody, time_clock::TimeClock};

/// Clock out
///
/// Ends the open session, whatever date it began on. An open break ends too.
#[utoipa::path(
    post,
    path = "/clock/out",
    operation_id = "clockOut",
    tag = "clock",
    request_body = PunchBody,
    params(("Idempotency-Key" = Option<String>, Header, description = "Names the punch, so that repeats don't punch again")),
    responses(
        (status = 200, description = "The day that the session belongs to", body = DayAnswer),
        (status = 409, description = "`not_clocked_in`; `kiosk_code_used`"),
        (status = 422, description = "`photo_invalid`; `kiosk_code_invalid`; `invalid_values`"),
    )
)]
pub(crate) async fn clock_out(
    State(clock): State<TimeClock>,
    caller: Caller,
    request_id: RequestId,
    repeat: Repeat,
    body: Body<PunchBody, MAX_BODY>,
) -> Result<Response, Problem> {
    if body.value.names_cost_center() {
        let rule = FieldRule::OnlyForAction { actions: [PunchAction::In.as_str()].into_iter().collect() };
        return Err(Problem::invalid("cost_center", rule));
    }
    let punch = Punch { clock, caller, request_id, repeat, body };
    // Boxed: the futures of a punch with and without a photo are large.
    Box::pin(punch.execute(StatusCode::OK, WithoutPhoto::Flagged, |context, details| Ok(context.clock_out(details)?)))
        .await
}
