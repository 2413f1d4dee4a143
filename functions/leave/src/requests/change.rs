//! `PUT /leave/requests/{id}`

use std::collections::BTreeSet;

use axum::{
    extract::{Path, State},
    response::Response,
};
use decisions::leave::{answer, check_reach, put, refused, snapshot, unless_changed_meanwhile, unless_period};
use domain::{
    audit::Actor,
    calendar::WorkDate,
    event::Subject,
    id::LeaveRequestId,
    leave::request::{EndHalf, LeaveDraft, LeavePeriod, StartHalf},
    schedule::LeaveTypeCode,
    text::Reason,
};
use serde::Deserialize;
use store::{
    Commit,
    leave_snapshot::{LeaveQuery, Others},
};
use utoipa::ToSchema;
use web::{
    Answer, App, Body, Caller, Code, Detail, Failed, IfMatch, Problem, RequestId, answers::LeaveRequestAnswer,
    authorization, command, parameter,
};

use super::read::visible;

/// The whole request after the change; absent fields are reset.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "type": "annual",
    "start_date": "2026-11-23",
    "end_date": "2026-11-24",
    "reason": "A wedding"
}))]
pub(crate) struct ChangeLeaveRequest {
    /// The code of the leave type.
    #[serde(rename = "type", default = "LeaveTypeCode::annual")]
    #[schema(value_type = Option<String>, pattern = "^[a-z0-9_]{1,32}$", default = "annual")]
    leave_type: LeaveTypeCode,
    /// The first date of the leave.
    start_date: WorkDate,
    /// The last date of the leave.
    end_date: WorkDate,
    /// `afternoon` if the leave begins at noon of the first date.
    start_half: Option<StartHalf>,
    /// `morning` if the leave ends at noon of the last date.
    end_half: Option<EndHalf>,
    /// The person's reason for the leave.
    #[schema(value_type = Option<String>, min_length = 1, max_length = 500)]
    reason: Option<Reason>,
}

/// Change a leave request
///
/// Replaces one of the caller's own requests, as long as it is pending.
#[utoipa::path(
    put,
    path = "/leave/requests/{id}",
    operation_id = "updateLeaveRequest",
    tag = "leave",
    params(
        ("id" = String, Path, description = "The id of the request"),
        ("If-Match" = Option<String>, Header, description = "The `ETag` of the version that the change is based on")
    ),
    request_body = ChangeLeaveRequest,
    responses(
        (status = 200, description = "The request", body = LeaveRequestAnswer, headers(("ETag" = String, description = "The version"))),
        (status = 403, description = "`forbidden`: it is another's"),
        (status = 409, description = "`already_decided`; `insufficient_balance`; `overlaps`; `day_worked`"),
        (status = 422, description = "`no_working_days`; `in_the_past`; values that can't be, each with its path")
    )
)]
pub(crate) async fn change(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    if_match: IfMatch,
    request_id: RequestId,
    Body { value, hash: _ }: Body<ChangeLeaveRequest>,
) -> Result<Response, Problem> {
    let id: LeaveRequestId = parameter::id(&id)?;
    let period = LeavePeriod::new(value.start_date, value.end_date, value.start_half, value.end_half);
    let period = period.map_err(unless_period)?;
    let now = app.now();
    let today = caller.zone.date_of(now);
    let attempt = async || -> Result<Answer, Failed> {
        let before = visible(&app, &caller, id).await?;
        if !authorization::is_self(&caller, before.user_id) {
            return Err(Problem::new(Code::Forbidden).detail(Detail::OnlyOwnRequest).into());
        }
        if period.start_date() != before.period.start_date() {
            check_reach(&period, today)?;
        }
        let first = period.start_date().min(before.period.start_date());
        let last = period.end_date().max(before.period.end_date());
        let query = LeaveQuery {
            caller: Some(caller.user_id),
            person: before.user_id,
            types: BTreeSet::from([value.leave_type.clone(), before.leave_type.clone()]),
            dates: (first, last),
            days: Some((period.start_date(), period.end_date())),
            others: Others::None,
            today,
            repeat: None,
        };
        let snapshot = snapshot(&app, &caller, &query, now).await?;
        let user = snapshot.attendance.person.as_ref().ok_or_else(Problem::not_found)?;
        let planner = snapshot.attendance.planner(user);
        let context = snapshot.context(&planner, Actor::User { id: caller.user_id }, now);
        let draft = LeaveDraft { leave_type: value.leave_type.clone(), period, reason: value.reason.clone() };
        let changed = context.change(&before, draft).map_err(|refusal| refused(refusal, planner.settings));
        let outcome = match if_match.check_after(before.version, changed) {
            Ok(outcome) => outcome,
            Err(problem) => return Err(unless_changed_meanwhile(&app, &before, problem).await),
        };
        let shown = LeaveRequestAnswer::new(&outcome.request);
        let body = answer(&snapshot, &caller, user, &outcome.request, now);
        let answer = Answer::ok(&body)?.version(outcome.request.version);

        let subject = Subject::User(user.id);
        let stamp = app.stamp(&caller, &request_id, now);
        let mut commit = Commit::new(stamp, subject, outcome.effects.facts.clone())?;
        put(&app, &mut commit, &snapshot, user, &outcome)?;
        commit.audit(subject, "leave_request_changed", Some(&LeaveRequestAnswer::new(&before)), Some(&shown))?;
        commit.send(&app.store).await?;
        Ok(answer)
    };
    command(&app.store, None, now, attempt).await
}
