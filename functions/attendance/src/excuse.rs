//! `POST /attendance/{user_id}/{date}/excuse`

use axum::{
    extract::{Path, State},
    response::Response,
};
use domain::{
    calendar::WorkDate,
    day::{Day, NothingToExcuse},
    event::Subject,
    text::Reason,
};
use serde::Deserialize;
use store::{Commit, lateness::LateCosts};
use utoipa::ToSchema;
use web::{
    Answer, App, Body, Caller, Code, Failed, Problem, Repeat, RequestId, answers::DayAnswer, authorization, command,
    parameter,
};

use crate::edited;

/// Why it is forgiven.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ExcuseDay {
    #[schema(value_type = String, min_length = 1, max_length = 500, example = "The bridge was closed")]
    reason: Reason,
}

/// Excuse a day
///
/// Forgives lateness or absence: the seconds stay, and the day no longer counts as late or absent. A manager's, and never
/// of one's own.
#[utoipa::path(
    post,
    path = "/attendance/{user_id}/{date}/excuse",
    operation_id = "excuseDay",
    tag = "attendance",
    params(
        ("user_id" = String, Path, description = "A person's id"),
        ("date" = String, Path, description = "The work date", example = "2026-11-02"),
        ("Idempotency-Key" = Option<String>, Header, description = "Names the request, so that a repeat gets its answer")
    ),
    request_body = ExcuseDay,
    responses(
        (status = 200, description = "The day", body = DayAnswer, headers(("ETag" = String, description = "The version"))),
        (status = 403, description = "`forbidden`; `own_record`"),
        (status = 409, description = "`nothing_to_excuse`: neither late nor absent, or excused already")
    )
)]
pub(crate) async fn excuse(
    State(app): State<App>,
    caller: Caller,
    Path((user, date)): Path<(String, String)>,
    request_id: RequestId,
    repeat: Repeat,
    Body { value, hash }: Body<ExcuseDay>,
) -> Result<Response, Problem> {
    let date: WorkDate = parameter::value("date", &date)?;
    let user = parameter::user(&user, &caller)?;
    let key = repeat.key(caller.user_id, &hash);
    let now = app.now();
    let attempt = async || -> Result<Answer, Failed> {
        let basis = edited::basis(&app, &caller, user, date, key.as_ref(), now).await?;
        let person = edited::person(&basis)?;
        authorization::may_edit_days(&caller, person, basis.deciders)?;
        let planner = basis.attendance.planner(person);
        let before = Day::current(basis.attendance.days.get(&date), &planner, date, now);
        let excused = edited::context(&app, &basis, &planner, now)
            .excuse(date, caller.user_id, value.reason.clone())
            .map_err(|NothingToExcuse| Problem::new(Code::NothingToExcuse))?;
        let after = excused.change.after();
        let shown = DayAnswer::new(after, now);
        let answer = Answer::ok(&shown)?.version(after.version());

        let subject = Subject::User(user);
        let stamp = app.stamp(&caller, &request_id, now);
        let changes = std::slice::from_ref(&excused.change);
        let costs = LateCosts::of(&basis.attendance, &basis.book, person, changes, stamp.actor, now);
        let facts = std::iter::once(&excused.fact).chain(costs.facts()).cloned().collect();
        let mut commit = Commit::new(stamp, subject, facts)?;
        commit.change_days(person, changes)?;
        commit.charge_lateness(user, &costs)?;
        commit.audit(subject, "day_excused", Some(&DayAnswer::new(&before, now)), Some(&shown))?;
        commit.save_answer(key.as_ref(), answer.saved())?;
        commit.send(&app.store).await?;
        Ok(answer)
    };
    command(&app.store, key.as_ref(), now, attempt).await
}
