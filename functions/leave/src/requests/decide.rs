//! `POST /leave/requests/{id}/decision`

use std::collections::BTreeSet;

use axum::{
    extract::{Path, State},
    response::Response,
};
use domain::{
    audit::Actor,
    correction::{Decision, Verdict},
    event::Subject,
    id::LeaveRequestId,
    leave::request::LeaveContext,
    text::Remark,
};
use serde::Deserialize;
use store::{
    Commit,
    leave_basis::{LeaveQuestion, Others},
};
use utoipa::ToSchema;
use web::{
    Answer, App, Body, Caller, Failed, Problem, Repeat, RequestId,
    answers::LeaveRequestAnswer,
    authorization::{self, Deciding},
    command, parameter,
};

use super::{basis, in_one_transaction, put, refused, stored, unless_changed_meanwhile};

/// A decision about a leave request.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"status": "approved", "note": "Enjoy the wedding"}))]
pub(crate) struct DecideLeave {
    /// The decision.
    status: Decision,
    /// The note.
    #[schema(value_type = Option<String>, max_length = 500)]
    note: Option<Remark>,
}

/// Decide a leave request
///
/// Once, by who is in charge of the person. Approved, the leave is in the schedule at once, and what it costs by now must
/// be there. Leave of a type with `interrupts` (sick leave) takes its days from other leave, which gets them back. The sole admin of a company without managers of everyone decides their own, which is marked `self_decided`.
#[utoipa::path(
    post,
    path = "/leave/requests/{id}/decision",
    operation_id = "decideLeaveRequest",
    tag = "leave",
    params(
        ("id" = String, Path, description = "The id of the request"),
        ("Idempotency-Key" = Option<String>, Header, description = "Names the decision, so that a repeat gets its answer")
    ),
    request_body = DecideLeave,
    responses(
        (status = 200, description = "The request", body = LeaveRequestAnswer, headers(("ETag" = String, description = "The version"))),
        (status = 403, description = "`own_request`; `forbidden`"),
        (status = 409, description = "`already_decided`; `insufficient_balance`; `day_worked`; `overlaps`")
    )
)]
pub(crate) async fn decide(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    request_id: RequestId,
    repeat: Repeat,
    Body { value, hash }: Body<DecideLeave>,
) -> Result<Response, Problem> {
    let id: LeaveRequestId = parameter::id(&id)?;
    let key = repeat.key(caller.user_id, &hash);
    let now = app.now();
    let attempt = async || -> Result<Answer, Failed> {
        // Its dates and its type tell what is needed.
        let before = stored(&app, id).await?;
        let period = before.period;
        let (days, others) = match value.status {
            Decision::Approved => {
                (Some((period.start_date(), period.end_date())), Others::Within(period, Some(before.id)))
            }
            Decision::Rejected => (None, Others::None),
        };
        let question = LeaveQuestion {
            caller: Some(caller.user_id),
            person: before.user_id,
            types: BTreeSet::from([before.leave_type.clone()]),
            dates: (period.start_date(), period.end_date()),
            days,
            others,
            today: caller.zone.date_of(now),
            repeat: key.as_ref(),
        };
        let basis = basis(&app, &caller, &question, now).await?;
        let user = basis.attendance.person.as_ref().ok_or_else(Problem::not_found)?;
        let deciding = authorization::may_decide(&caller, user, basis.deciders)?;
        match value.status {
            Decision::Approved => authorization::may_still_be_granted(user)?,
            Decision::Rejected => {}
        }
        let verdict = || Verdict {
            by: caller.user_id,
            at: now,
            decision: value.status,
            note: value.note.clone().filter(|note| !note.as_str().is_empty()),
            self_decided: deciding == Deciding::OnesOwn,
        };
        let planner = basis.attendance.planner(user);
        let made = |follow_up| -> Result<(Commit, Answer), Failed> {
            let context = basis.context(&planner, Actor::User { id: caller.user_id }, now);
            let outcome = LeaveContext { follow_up, ..context }.decide(&before, verdict());
            let outcome = outcome.map_err(|refusal| refused(refusal, planner.settings))?;
            let shown = LeaveRequestAnswer::new(&outcome.request);
            let answer = Answer::ok(&shown)?.version(outcome.request.version);

            let subject = Subject::User(user.id);
            let stamp = app.stamp(&caller, &request_id, now);
            let mut commit = Commit::new(stamp, subject, outcome.effects.facts.clone())?;
            put(&app, &mut commit, &basis, user, &outcome)?;
            commit.audit(subject, action(value.status), Some(&LeaveRequestAnswer::new(&before)), Some(&shown))?;
            commit.save_answer(key.as_ref(), answer.saved())?;
            Ok((commit, answer))
        };
        let (commit, answer) = match in_one_transaction(made) {
            Ok(made) => made,
            Err(Failed::Problem(problem)) => return Err(unless_changed_meanwhile(&app, &before, problem).await),
            Err(failed) => return Err(failed),
        };
        commit.send(&app.store).await?;
        Ok(answer)
    };
    command(&app.store, key.as_ref(), now, attempt).await
}

/// What the audit calls the decision.
const fn action(decision: Decision) -> &'static str {
    match decision {
        Decision::Approved => "leave_approved",
        Decision::Rejected => "leave_rejected",
    }
}
