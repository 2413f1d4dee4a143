//! `POST /leave/requests`

use std::collections::BTreeSet;

use axum::{extract::State, response::Response};
use domain::{
    audit::Actor,
    calendar::WorkDate,
    event::Subject,
    id::{LeaveRequestId, UserId},
    leave::request::{Asked, EndHalf, LeavePeriod, StartHalf},
    schedule::LeaveTypeCode,
    text::Reason,
};
use serde::Deserialize;
use store::{Commit, leave_basis::LeaveQuestion};
use utoipa::ToSchema;
use web::{
    Answer, App, Body, Caller, Failed, Problem, Repeat, RequestId, answers::LeaveRequestAnswer, authorization, command,
    parameter,
};

use super::{basis, check_reach, refused, unless_period};

/// What is asked for.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RequestLeave {
    /// Leave of which type.
    #[serde(rename = "type", default = "LeaveTypeCode::annual")]
    #[schema(value_type = Option<String>, default = "annual")]
    leave_type: LeaveTypeCode,
    /// The first date.
    start_date: WorkDate,
    /// The last date.
    end_date: WorkDate,
    /// `afternoon`: the first date's morning is worked.
    start_half: Option<StartHalf>,
    /// `morning`: the last date's afternoon is worked.
    end_half: Option<EndHalf>,
    /// Why.
    #[schema(value_type = Option<String>, min_length = 1, max_length = 500)]
    reason: Option<Reason>,
    /// For whom, where somebody in charge enters it.
    user_id: Option<String>,
}

/// Ask for leave
///
/// Counted by the person's own schedule and reserved until it is decided. With another's `user_id`, by who is in charge of
/// them: approved at once.
#[utoipa::path(
    post,
    path = "/leave/requests",
    operation_id = "requestLeave",
    tag = "leave",
    params(("Idempotency-Key" = Option<String>, Header, description = "Names the request, so that a repeat asks for nothing more")),
    request_body = RequestLeave,
    responses(
        (status = 201, description = "The request", body = LeaveRequestAnswer, headers(("Location" = String, description = "Where it is"))),
        (status = 409, description = "`insufficient_balance`; `overlaps`; `day_worked`; `too_many_open_requests`: 40 are pending or ahead"),
        (status = 422, description = "`no_working_days`; `in_the_past`; values that can't be, each with its path")
    )
)]
pub(crate) async fn request(
    State(app): State<App>,
    caller: Caller,
    request_id: RequestId,
    repeat: Repeat,
    Body { value, hash }: Body<RequestLeave>,
) -> Result<Response, Problem> {
    let person: UserId = match value.user_id.as_deref() {
        None | Some("me") => caller.user_id,
        Some(id) => parameter::value("user_id", id)?,
    };
    let period = LeavePeriod::new(value.start_date, value.end_date, value.start_half, value.end_half);
    let period = period.map_err(unless_period)?;
    let key = repeat.key(caller.user_id, &hash);
    let now = app.now();
    let today = caller.zone.date_of(now);
    check_reach(&period, today)?;
    let attempt = async || -> Result<Answer, Failed> {
        let question = LeaveQuestion {
            caller: Some(caller.user_id),
            person,
            types: BTreeSet::from([value.leave_type.clone()]),
            dates: (period.start_date(), period.end_date()),
            today,
            repeat: key.as_ref(),
        };
        let basis = basis(&app, &caller, &question, now).await?;
        let user = basis.attendance.person.as_ref().ok_or_else(Problem::not_found)?;
        let is_own = authorization::is_self(&caller, person);
        if !is_own {
            authorization::may_arrange_leave(&caller, user, basis.deciders)?;
            authorization::must_be_active(user)?;
        }
        let planner = basis.attendance.planner(user);
        let context = basis.context(&planner, Actor::User { id: caller.user_id }, now);
        let id = LeaveRequestId::generate(person, now, &*app.entropy);
        let asked = Asked { leave_type: value.leave_type.clone(), period, reason: value.reason.clone() };
        let outcome = if is_own { context.request(id, asked) } else { context.enter(id, asked, caller.user_id) };
        let outcome = outcome.map_err(|refusal| refused(refusal, planner.settings))?;
        let shown = LeaveRequestAnswer::new(&outcome.request);
        let answer = Answer::created(format!("/leave/requests/{id}"), &shown)?.version(outcome.request.version);

        let subject = Subject::User(person);
        let stamp = app.stamp(&caller, &request_id, now);
        let mut commit = Commit::new(stamp, subject, outcome.effects.facts.clone())?;
        commit.change_leave(&basis, user, std::slice::from_ref(&outcome.request), &outcome.effects)?;
        commit.audit(subject, if is_own { "leave_requested" } else { "leave_entered" }, None, Some(&shown))?;
        commit.save_answer(key.as_ref(), answer.saved())?;
        commit.send(&app.store).await?;
        Ok(answer)
    };
    command(&app.store, key.as_ref(), now, attempt).await
}
