//! `POST /clock/in`

use axum::{extract::State, response::Response};
use domain::{calendar::Zone, day::ClockInRefusal, schedule::Window};
use http::StatusCode;
use web::{App, Body, Caller, Code, Problem, Repeat, RequestId, answers::DayAnswer, instant::Instant};

use crate::{punch::Press, punch_body::PunchBody};

/// Clock in
///
/// The punch is matched to the shift whose window holds it, the nearest start first; without one it is unscheduled work,
/// where the settings allow that. An older session that was forgotten is closed with it.
#[utoipa::path(
    post,
    path = "/clock/in",
    tag = "clock",
    request_body = PunchBody,
    params(("Idempotency-Key" = Option<String>, Header, description = "Names the punch, so that repeats don't punch again")),
    responses((status = 201, description = "The day that the punch belongs to", body = DayAnswer))
)]
pub(crate) async fn clock_in(
    State(app): State<App>,
    caller: Caller,
    request_id: RequestId,
    repeat: Repeat,
    body: Body<PunchBody>,
) -> Result<Response, Problem> {
    let press = Press { app, caller, request_id, repeat, body };
    press
        .carry_out(StatusCode::CREATED, |context, details| {
            context.clock_in(details).map_err(|refusal| problem_of(refusal, context.planner.zone()))
        })
        .await
}

/// What a refusal means to the client.
pub(crate) fn problem_of(refusal: ClockInRefusal, zone: &Zone) -> Problem {
    match refusal {
        ClockInRefusal::AlreadyClockedIn => Problem::new(Code::AlreadyClockedIn),
        ClockInRefusal::OutsideWindow { windows } => Problem::new(Code::OutsideWindow).detail(named(&windows, zone)),
        ClockInRefusal::NotScheduled => Problem::new(Code::NotScheduled),
        ClockInRefusal::OnLeave => Problem::new(Code::OnLeave),
        ClockInRefusal::DayNotLoaded { .. } => Problem::internal(refusal),
    }
}

/// The windows in words.
fn named(windows: &[Window], zone: &Zone) -> String {
    let spans: Vec<String> = windows
        .iter()
        .map(|window| format!("from {} to {}", Instant::new(window.from, zone), Instant::new(window.until, zone)))
        .collect();
    format!("Clock in {}.", spans.join(", or "))
}
