//! `GET /attendance/{user_id}/{date}`

use axum::{
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use domain::{calendar::WorkDate, day::Day};
use web::{
    Answer, App, Caller, Problem,
    allowed::{Owner, day_actions, deciders_for},
    answers::DayAnswer,
    authorization, parameter,
};

/// Get a day
///
/// If nothing has happened on the day yet, the answer is computed from the schedule and has version 0.
#[utoipa::path(
    get,
    path = "/attendance/{user_id}/{date}",
    operation_id = "getDay",
    tag = "attendance",
    params(
        ("user_id" = String, Path, description = "The id of the person; `me` is the caller"),
        ("date" = String, Path, description = "The work date", example = "2026-11-02")
    ),
    responses((status = 200, description = "The day", body = DayAnswer))
)]
pub(crate) async fn day(
    State(app): State<App>,
    caller: Caller,
    Path((user, date)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let date: WorkDate = parameter::value("date", &date)?;
    let now = app.now();
    let user = parameter::user(&user, &caller)?;
    let (snapshot, deciders) = tokio::try_join!(
        async { Ok(app.store.attendance_snapshot(user, vec![date], None, now).await?) },
        deciders_for(&app, &caller)
    )?;
    let person = snapshot.person.as_ref().ok_or_else(Problem::not_found)?;
    authorization::may_see(&caller, person)?;
    let day = Day::current(snapshot.days.get(&date), &snapshot.planner(person), date, now);
    let actions = day_actions(&caller, Owner::of(&caller, person), &day, deciders, now);
    Ok(Answer::ok(&DayAnswer::new(&day, now).allowing(actions))?.version(day.version()).into_response())
}
