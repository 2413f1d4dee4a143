//! `POST /leave/requests`

use std::collections::BTreeSet;

use axum::{extract::State, response::Response};
use decisions::leave::{answer, check_reach, in_one_transaction, put, refused, snapshot, unless_period};
use domain::{
    audit::Actor,
    calendar::WorkDate,
    event::Subject,
    id::{LeaveRequestId, UserId},
    leave::request::{EndHalf, LeaveContext, LeaveDraft, LeavePeriod, StartHalf},
    schedule::LeaveTypeCode,
    text::Reason,
    user::{User, UserStatus},
};
use serde::Deserialize;
use store::{
    Commit,
    leave_snapshot::{LeaveQuery, Others},
};
use utoipa::ToSchema;
use web::{
    Answer, App, Body, Caller, Failed, Problem, Repeat, RequestId, answers::LeaveRequestAnswer, authorization, command,
    parameter,
};

/// A request for leave.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "type": "annual",
    "start_date": "2026-11-23",
    "end_date": "2026-11-25",
    "end_half": "morning",
    "reason": "A wedding"
}))]
pub(crate) struct RequestLeave {
    /// The code of the leave type.
    #[serde(rename = "type", default = "LeaveTypeCode::annual")]
    #[schema(value_type = String, required = false, pattern = "^[a-z0-9_]{1,32}$", default = "annual")]
    pub(super) leave_type: LeaveTypeCode,
    /// The first date of the leave.
    pub(super) start_date: WorkDate,
    /// The last date of the leave.
    pub(super) end_date: WorkDate,
    /// `afternoon` if the leave begins at noon of the first date.
    pub(super) start_half: Option<StartHalf>,
    /// `morning` if the leave ends at noon of the last date.
    pub(super) end_half: Option<EndHalf>,
    /// The person's reason for the leave.
    #[schema(value_type = Option<String>, min_length = 1, max_length = 500)]
    pub(super) reason: Option<Reason>,
    /// The id of the person on leave, if a manager enters the leave; the caller by default.
    pub(super) user_id: Option<String>,
}

/// Request leave
///
/// Leave is counted by the person's own schedule and reserved until it is decided. With the `user_id` of another person, a
/// manager enters leave for that person: it is approved at once, and may begin up to 400 days ago. If the person's account is
/// disabled, the leave must end on their last day of work or earlier (else 403 `account_disabled`). Leave of a type with
/// `interrupts` (sick leave) may overlap other leave, which gets the common days back when the request is approved.
///
/// The answer shows final figures. If leave begins far in the past, `applying` says that its daily records are still being
/// updated, which takes seconds.
#[utoipa::path(
    post,
    path = "/leave/requests",
    operation_id = "requestLeave",
    tag = "leave",
    params(("Idempotency-Key" = Option<String>, Header, description = "Names the request, so that a repeat asks for nothing more")),
    request_body = RequestLeave,
    responses(
        (status = 201, description = "The request", body = LeaveRequestAnswer, headers(("Location" = String, description = "Where it is"))),
        (status = 403, description = "`forbidden`, `account_disabled`, `account_pending`: the person isn't an active user"),
        (status = 404, description = "`not_found`: no such person, or none whom the caller may know of"),
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
    let person = person_of(&value, &caller)?;
    let period = LeavePeriod::new(value.start_date, value.end_date, value.start_half, value.end_half);
    let period = period.map_err(unless_period)?;
    let key = repeat.key(caller.user_id, &hash);
    let now = app.now();
    let today = caller.zone.date_of(now);
    check_reach(&period, today)?;
    let attempt = async || -> Result<Answer, Failed> {
        let query = LeaveQuery {
            caller: Some(caller.user_id),
            person,
            types: BTreeSet::from([value.leave_type.clone()]),
            dates: (period.start_date(), period.end_date()),
            days: Some((period.start_date(), period.end_date())),
            others: Others::Within(period, None),
            today,
            repeat: key.as_ref(),
        };
        let snapshot = snapshot(&app, &caller, &query, now).await?;
        let user = snapshot.attendance.person.as_ref().ok_or_else(Problem::not_found)?;
        let is_own = authorization::is_self(&caller, person);
        if !is_own {
            authorization::may_arrange_leave(&caller, user, snapshot.deciders)?;
            // Leave that a person took before they left may be entered late, like anyone's.
            if !has_left_after(user, &period) {
                authorization::must_be_active(user)?;
            }
        }
        let planner = snapshot.attendance.planner(user);
        let id = LeaveRequestId::generate(person, now, &*app.entropy);
        let draft = || LeaveDraft { leave_type: value.leave_type.clone(), period, reason: value.reason.clone() };
        let made = |follow_up| -> Result<(Commit, Answer), Failed> {
            let context = snapshot.context(&planner, Actor::User { id: caller.user_id }, now);
            let context = LeaveContext { follow_up, ..context };
            let outcome =
                if is_own { context.request(id, draft()) } else { context.enter(id, draft(), caller.user_id) };
            let outcome = outcome.map_err(|refusal| refused(refusal, planner.settings))?;
            let shown = LeaveRequestAnswer::new(&outcome.request);
            let body = answer(&snapshot, &caller, user, &outcome.request, now);
            let answer = Answer::created(format!("/leave/requests/{id}"), &body)?.version(outcome.request.version);

            let subject = Subject::User(person);
            let stamp = app.stamp(&caller, &request_id, now);
            let mut commit = Commit::new(stamp, subject, outcome.effects.facts.clone())?;
            put(&app, &mut commit, &snapshot, user, &outcome)?;
            commit.audit(subject, if is_own { "leave_requested" } else { "leave_entered" }, None, Some(&shown))?;
            commit.save_answer(key.as_ref(), answer.saved())?;
            Ok((commit, answer))
        };
        let (commit, answer) = in_one_transaction(made)?;
        commit.send(&app.store).await?;
        Ok(answer)
    };
    command(&app.store, key.as_ref(), now, attempt).await
}

/// Returns the person on leave.
pub(super) fn person_of(body: &RequestLeave, caller: &Caller) -> Result<UserId, Problem> {
    match body.user_id.as_deref() {
        None | Some("me") => Ok(caller.user_id),
        Some(id) => parameter::value("user_id", id),
    }
}

/// Whether the person's account is disabled, and their employment ended on or after the last date of the period.
pub(super) fn has_left_after(person: &User, period: &LeavePeriod) -> bool {
    match person.status {
        UserStatus::Disabled => person.employments.left_on().is_some_and(|last| period.end_date() <= last),
        UserStatus::Pending | UserStatus::Active => false,
    }
}
