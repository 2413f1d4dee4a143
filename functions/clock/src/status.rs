//! `GET /clock`

use app::attendance;
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use domain::day::{Presence, dates_needed};
use web::{
    Answer, App, Caller, Problem,
    answers::clock::{ClockStatusAnswer, DAYS_AHEAD},
    authorization,
};

/// Get the caller's clock status
///
/// Returns whether the caller is clocked in and since when, their day, their next shift, which actions are allowed now, and why
/// the others aren't.
#[utoipa::path(
    get,
    path = "/clock",
    operation_id = "getClockStatus",
    tag = "clock",
    responses((status = 200, description = "Where the caller stands", body = ClockStatusAnswer))
)]
pub(crate) async fn status(State(app): State<App>, caller: Caller) -> Result<Response, Problem> {
    let now = app.now();
    let mut dates = dates_needed(&caller.zone, &Presence::default(), now);
    dates.extend(dates.last().map(|last| last.plus_days(DAYS_AHEAD)));
    let snapshot = app.store.basis_around(caller.user_id, dates, None, now).await?;
    let person = authorization::current_profile(&caller, snapshot.person.as_ref())?;
    let planner = snapshot.planner(person);
    let context = attendance::context(&app.ports(now), &snapshot, &planner);
    Ok(Answer::ok(&ClockStatusAnswer::new(&context, &caller)?)?.into_response())
}
