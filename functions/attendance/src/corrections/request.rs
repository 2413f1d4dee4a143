//! `POST /attendance/{user_id}/{date}/corrections`

use app::attendance;
use axum::{
    extract::{Path, State},
    response::Response,
};
use domain::{
    calendar::WorkDate,
    correction::{Correction, CorrectionId},
    day::{Day, EditCause, Editor, SessionTimes},
    event::{DayFact, Fact, Subject},
    text::Reason,
};
use serde::Deserialize;
use store::Commit;
use utoipa::ToSchema;
use web::{
    Answer, App, Body, Caller, Code, Detail, Failed, Problem, Repeat, RequestId,
    allowed::{Owner, correction_actions},
    answers::CorrectionAnswer,
    authorization, command, parameter,
};

use decisions::day::{self as edited, problem_of};

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
        (status = 201, description = "The correction", body = CorrectionAnswer, headers(("Location" = String, description = "Where it is"))),
        (status = 403, description = "`forbidden`: managers edit the days of others instead"),
        (status = 422, description = "Times that can't be, each with its path")
    )
)]
pub(crate) async fn request(
    State(app): State<App>,
    caller: Caller,
    Path((user, date)): Path<(String, String)>,
    request_id: RequestId,
    repeat: Repeat,
    Body { value, hash }: Body<RequestCorrection>,
) -> Result<Response, Problem> {
    let date: WorkDate = parameter::value("date", &date)?;
    let user = parameter::user(&user, &caller)?;
    if !authorization::is_self(&caller, user) {
        let other = app.store.user(user).await?.ok_or_else(Problem::not_found)?;
        authorization::may_see(&caller, &other)?;
        return Err(Problem::new(Code::Forbidden).detail(Detail::OnlyOwnCorrection));
    }
    let key = repeat.key(caller.user_id, &hash);
    let now = app.now();
    let attempt = async || -> Result<Answer, Failed> {
        let snapshot = edited::snapshot(&app, &caller, user, date, key.as_ref(), now).await?;
        let person = edited::person(&snapshot)?;
        let planner = snapshot.attendance.planner(person);
        // The request is validated as if it were approved now, so that it can't wait for an approval that would fail.
        let editor = Editor { by: user, cause: EditCause::Correction, reason: value.reason.clone() };
        let context = attendance::context(&app.ports(now), &snapshot.attendance, &planner);
        let edited = context.edit(date, &value.sessions, editor).map_err(problem_of)?;
        let day = Day::current(snapshot.attendance.days.get(&date), &planner, date, now);
        let id = CorrectionId::generate(user, now, &*app.entropy);
        let (sessions, reason) = (value.sessions.clone(), value.reason.clone());
        let correction = Correction::requested(id, person, (&day, edited.day()), sessions, reason, now);
        let shown = CorrectionAnswer::new(&correction);
        let actions = correction_actions(&caller, Owner::Caller, &correction, snapshot.deciders);
        let body = CorrectionAnswer::new(&correction).allowing(actions);
        let answer = Answer::created(format!("/corrections/{}", correction.id), &body)?.version(correction.version);

        let fact = Fact::Day(DayFact::CorrectionRequested { correction_id: correction.id, date });
        let subject = Subject::User(user);
        let mut commit = Commit::new(app.stamp(&caller, &request_id, now), subject, vec![fact])?;
        commit.put_correction(person, &correction)?;
        commit.audit(subject, "correction_requested", None, Some(&shown))?;
        commit.save_answer(key.as_ref(), answer.saved())?;
        commit.send(&app.store).await?;
        Ok(answer)
    };
    command(&app.store, key.as_ref(), now, attempt).await
}
