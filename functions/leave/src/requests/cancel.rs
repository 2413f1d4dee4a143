//! `DELETE /leave/requests/{id}`

use std::collections::BTreeSet;

use axum::{
    extract::{Path, State},
    response::Response,
};
use decisions::leave::{answer, in_one_transaction, put, refused, snapshot, stored, unless_changed_meanwhile};
use domain::{
    audit::Actor,
    event::Subject,
    id::LeaveRequestId,
    leave::request::{Canceller, HistoryKind, LeaveContext, LeaveRequest, LeaveStatus},
};
use store::{
    Commit,
    leave_snapshot::{LeaveQuery, Others},
};
use web::{
    Answer, App, Caller, Failed, IfMatch, Problem, RequestId, answers::LeaveRequestAnswer, authorization, command,
    parameter,
};

/// Cancel a leave request
///
/// For the person, or for a manager of the person. A request whose leave hasn't begun becomes `cancelled`, and all of its days
/// are given back. Leave that has begun stays `approved` and ends yesterday, or today if today's part has begun; the remaining
/// days are given back. Leave that it interrupted resumes on those days.
///
/// Cancelling approved leave that is over corrects an entry made by mistake: only a manager of the person may do it, and only
/// if the leave began at most 400 days ago. All of its days are given back, and its daily records are computed without it. For
/// long leave, the daily records are updated within seconds; until then the answer contains `applying`.
#[utoipa::path(
    delete,
    path = "/leave/requests/{id}",
    operation_id = "cancelLeaveRequest",
    tag = "leave",
    params(
        ("id" = String, Path, description = "The id of the request"),
        ("If-Match" = Option<String>, Header, description = "The `ETag` of the version that the change is based on")
    ),
    responses(
        (status = 200, description = "The request as it is now", body = LeaveRequestAnswer, headers(("ETag" = String, description = "The version"))),
        (status = 409, description = "`already_decided`: rejected or cancelled already; `leave_over`: over, and the person's own, or begun more than 400 days ago")
    )
)]
pub(crate) async fn cancel(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    if_match: IfMatch,
    request_id: RequestId,
) -> Result<Response, Problem> {
    let id: LeaveRequestId = parameter::id(&id)?;
    let now = app.now();
    let attempt = async || -> Result<Answer, Failed> {
        let before = stored(&app, id).await?;
        let (first, last) = (before.period.start_date(), before.period.end_date());
        let today = caller.zone.date_of(now);
        let is_own = authorization::is_self(&caller, before.user_id);
        // In every time zone that the person may have, leave that is over ended before this date.
        let may_be_over = !is_own && before.status == LeaveStatus::Approved && last <= today;
        let query = LeaveQuery {
            caller: Some(caller.user_id),
            person: before.user_id,
            types: BTreeSet::from([before.leave_type.clone()]),
            dates: (first, last),
            days: may_be_over.then_some((first, last)),
            others: if may_be_over {
                Others::These(app.store.interrupted_by(&before).await?)
            } else {
                Others::Within(before.period, Some(before.id))
            },
            today,
            repeat: None,
        };
        let snapshot = snapshot(&app, &caller, &query, now).await?;
        let user = snapshot.attendance.person.as_ref().ok_or_else(Problem::not_found)?;
        let canceller = if is_own { Canceller::Person } else { Canceller::Manager };
        if !is_own {
            authorization::may_arrange_leave(&caller, user, snapshot.deciders)?;
        }
        if_match.check(before.version)?;
        let planner = snapshot.attendance.planner(user);
        let context = snapshot.context(&planner, Actor::User { id: caller.user_id }, now);
        let made = |follow_up| -> Result<(Commit, Answer), Failed> {
            let outcome = LeaveContext { follow_up, ..context }.cancel(&before, canceller);
            let outcome = outcome.map_err(|refusal| refused(refusal, planner.settings))?;
            let shown = LeaveRequestAnswer::new(&outcome.request);
            let body = answer(&snapshot, &caller, user, &outcome.request, now);
            let answer = Answer::ok(&body)?.version(outcome.request.version);

            let subject = Subject::User(user.id);
            let stamp = app.stamp(&caller, &request_id, now);
            let mut commit = Commit::new(stamp, subject, outcome.effects.facts.clone())?;
            put(&app, &mut commit, &snapshot, user, &outcome)?;
            commit.audit(subject, action(&outcome.request), Some(&LeaveRequestAnswer::new(&before)), Some(&shown))?;
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
    command(&app.store, None, now, attempt).await
}

/// Returns the audit's name of the action that gave the request its new state.
fn action(request: &LeaveRequest) -> &'static str {
    match request.history.last().map(|entry| entry.kind) {
        Some(HistoryKind::Withdrawn) => "leave_withdrawn",
        Some(HistoryKind::EndedEarly) => "leave_ended_early",
        Some(
            HistoryKind::Cancelled
            | HistoryKind::Requested
            | HistoryKind::Entered
            | HistoryKind::Changed
            | HistoryKind::Approved
            | HistoryKind::Rejected
            | HistoryKind::Recounted
            | HistoryKind::Interrupted
            | HistoryKind::Resumed,
        )
        | None => "leave_cancelled",
    }
}
