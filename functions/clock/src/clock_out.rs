//! `POST /clock/out`

use axum::{extract::State, response::Response};
use domain::day::ClockOutRefusal;
use http::StatusCode;
use web::{App, Body, Caller, Code, Problem, Repeat, RequestId, answers::DayAnswer};

use crate::{punch::Press, punch_body::PunchBody};

/// Clock out
///
/// Ends the open session, whatever date it began on, and an open break with it.
#[utoipa::path(
    post,
    path = "/clock/out",
    tag = "clock",
    request_body = PunchBody,
    params(("Idempotency-Key" = Option<String>, Header, description = "Names the punch, so that repeats don't punch again")),
    responses((status = 200, description = "The day that the session belongs to", body = DayAnswer))
)]
pub(crate) async fn clock_out(
    State(app): State<App>,
    caller: Caller,
    request_id: RequestId,
    repeat: Repeat,
    body: Body<PunchBody>,
) -> Result<Response, Problem> {
    let press = Press { app, caller, request_id, repeat, body };
    press
        .carry_out(StatusCode::OK, |context, details| {
            context.clock_out(details).map_err(|refusal| match refusal {
                ClockOutRefusal::NotClockedIn => Problem::new(Code::NotClockedIn),
                ClockOutRefusal::DayNotLoaded { .. } => Problem::internal(refusal),
            })
        })
        .await
}
