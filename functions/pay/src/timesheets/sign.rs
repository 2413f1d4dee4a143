//! `POST /pay/periods/{id}/timesheets/{user_id}/submit`, `…/approve` and `…/reject`

use std::collections::BTreeSet;

use axum::{
    extract::{Path, State},
    response::Response,
};
use domain::{
    event::{Fact, Subject, TimesheetFact},
    id::UserId,
    pay::{Blocker, FiguresHash, PayPeriod, PayPeriods, Rejection, Signature, Timesheet, TimesheetRefusal},
    text::Reason,
};
use jiff::Timestamp;
use serde::Deserialize;
use store::{
    Commit, RepeatKey, Stamp,
    pay::timesheets::{TimesheetQuery, TimesheetSnapshot},
};
use utoipa::ToSchema;
use web::{
    Answer, App, Body, Caller, Code, Detail, Failed, Problem, Repeat, RequestId,
    authorization::{current_profile, is_self, may_decide, may_see},
    command::{command, ensure_not_replayed},
    parameter,
};

use super::{answer::TimesheetAnswer, named_period};

/// A signature.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({}))]
pub(crate) struct SignTimesheet {
    /// The `figures_hash` that was read. The request fails with `timesheet_changed` if the figures have changed since. Without
    /// it, the present figures are signed.
    figures_hash: Option<FiguresHash>,
}

/// A rejection.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"note": "Monday lacks the afternoon"}))]
pub(crate) struct RejectTimesheet {
    /// The reason, which the person reads.
    #[schema(value_type = String, min_length = 1, max_length = 500)]
    note: Reason,
}

/// A change of a timesheet's state.
#[derive(Debug, Clone)]
pub(crate) enum Signing {
    /// The person submits the figures with this hash, or the present ones.
    Submit(Option<FiguresHash>),
    /// A manager approves the figures with this hash, or the present ones.
    Approve(Option<FiguresHash>),
    /// A manager rejects the timesheet.
    Reject(Reason),
}

/// The request that changes a timesheet.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Signer<'a> {
    pub(crate) app: &'a App,
    pub(crate) caller: &'a Caller,
    pub(crate) request_id: &'a RequestId,
    pub(crate) key: Option<&'a RepeatKey>,
}

/// Submit a timesheet
///
/// Signs the caller's own timesheet. Possible when the period is over and nothing blocks the timesheet. The signature is about
/// the hash of the figures: a later change of the days removes it and notifies the person and their managers.
#[utoipa::path(
    post,
    path = "/pay/periods/{id}/timesheets/{user_id}/submit",
    operation_id = "submitTimesheet",
    tag = "pay",
    params(
        ("id" = String, Path, description = "The id of the pay period", example = "2026-11-01..2026-11-30"),
        ("user_id" = String, Path, description = "The id of the person; `me` is the caller"),
        ("Idempotency-Key" = Option<String>, Header, description = "Names the request, so that a repeat gets its answer")
    ),
    request_body = SignTimesheet,
    responses(
        (status = 200, description = "The timesheet", body = TimesheetAnswer,
            headers(("ETag" = String, description = "The version"))),
        (status = 403, description = "`forbidden`: only the person submits"),
        (status = 409, description = "`timesheet_blocked`, with `blockers`; `timesheet_changed`; `already_decided`; `pay_period_not_set`")
    )
)]
pub(crate) async fn submit(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<(String, String)>,
    request_id: RequestId,
    repeat: Repeat,
    Body { value, hash }: Body<SignTimesheet>,
) -> Result<Response, Problem> {
    let key = repeat.key(caller.user_id, &hash);
    let signer = Signer { app: &app, caller: &caller, request_id: &request_id, key: key.as_ref() };
    signer.respond(&path, &Signing::Submit(value.figures_hash)).await
}

/// Approve a timesheet
///
/// Signs the timesheet of a person whom the caller decides for. A timesheet that the person hasn't submitted can be approved too.
/// The signature is about the hash of the figures: a later change of the days removes both signatures.
#[utoipa::path(
    post,
    path = "/pay/periods/{id}/timesheets/{user_id}/approve",
    operation_id = "approveTimesheet",
    tag = "pay",
    params(
        ("id" = String, Path, description = "The id of the pay period", example = "2026-11-01..2026-11-30"),
        ("user_id" = String, Path, description = "The id of the person"),
        ("Idempotency-Key" = Option<String>, Header, description = "Names the request, so that a repeat gets its answer")
    ),
    request_body = SignTimesheet,
    responses(
        (status = 200, description = "The timesheet", body = TimesheetAnswer,
            headers(("ETag" = String, description = "The version"))),
        (status = 403, description = "`forbidden`; `own_request`"),
        (status = 409, description = "`timesheet_blocked`, with `blockers`; `timesheet_changed`; `already_decided`; `pay_period_not_set`")
    )
)]
pub(crate) async fn approve(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<(String, String)>,
    request_id: RequestId,
    repeat: Repeat,
    Body { value, hash }: Body<SignTimesheet>,
) -> Result<Response, Problem> {
    let key = repeat.key(caller.user_id, &hash);
    let signer = Signer { app: &app, caller: &caller, request_id: &request_id, key: key.as_ref() };
    signer.respond(&path, &Signing::Approve(value.figures_hash)).await
}

/// Reject a timesheet
///
/// Rejects a submitted or approved timesheet with a reason, and removes its signatures. The person may submit it again.
#[utoipa::path(
    post,
    path = "/pay/periods/{id}/timesheets/{user_id}/reject",
    operation_id = "rejectTimesheet",
    tag = "pay",
    params(
        ("id" = String, Path, description = "The id of the pay period", example = "2026-11-01..2026-11-30"),
        ("user_id" = String, Path, description = "The id of the person"),
        ("Idempotency-Key" = Option<String>, Header, description = "Names the request, so that a repeat gets its answer")
    ),
    request_body = RejectTimesheet,
    responses(
        (status = 200, description = "The timesheet", body = TimesheetAnswer,
            headers(("ETag" = String, description = "The version"))),
        (status = 403, description = "`forbidden`; `own_request`"),
        (status = 409, description = "`timesheet_not_submitted`; `already_decided`; `pay_period_not_set`")
    )
)]
pub(crate) async fn reject(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<(String, String)>,
    request_id: RequestId,
    repeat: Repeat,
    Body { value, hash }: Body<RejectTimesheet>,
) -> Result<Response, Problem> {
    let key = repeat.key(caller.user_id, &hash);
    let signer = Signer { app: &app, caller: &caller, request_id: &request_id, key: key.as_ref() };
    signer.respond(&path, &Signing::Reject(value.note)).await
}

impl Signer<'_> {
    async fn respond(self, (id, user): &(String, String), signing: &Signing) -> Result<Response, Problem> {
        let (periods, period) = named_period(self.app, id).await?;
        let person = parameter::user(user, self.caller)?;
        let now = self.app.now();
        command(&self.app.store, self.key, now, || self.attempt(person, (periods, period), signing)).await
    }

    /// Makes one attempt to change a person's timesheet: the reads of [`store::Store::timesheet_snapshot`], and one transaction.
    pub(crate) async fn attempt(
        self,
        person: UserId,
        (periods, period): (PayPeriods, PayPeriod),
        signing: &Signing,
    ) -> Result<Answer, Failed> {
        let Self { app, caller, request_id, key } = self;
        let now = app.now();
        let query = TimesheetQuery { caller: Some(caller.user_id), person, period, periods, repeat: key };
        let snapshot = app.store.timesheet_snapshot(&query, now).await?.ok_or_else(Problem::not_found)?;
        ensure_not_replayed(snapshot.earlier.clone())?;
        current_profile(caller, snapshot.caller.as_ref())?;
        self.permit(&snapshot, signing)?;
        if snapshot.is_outdated() {
            // Something other than a day has changed, such as a rule or a holiday: the signatures are void.
            self.void(&snapshot, now).await?;
            return Err(changed().into());
        }
        let stamp = app.stamp(caller, request_id, now);
        let (mut commit, signed, action) = signing.decide(&snapshot, stamp, caller.user_id)?;
        let answer = TimesheetAnswer::new(caller, &snapshot, &signed);
        let answer = Answer::ok(&answer)?.version(signed.version);
        commit.audit(Subject::User(person), action, Some(&snapshot.timesheet), Some(&signed))?;
        commit.save_answer(key, answer.saved())?;
        commit.send(&app.store).await?;
        Ok(answer)
    }

    fn permit(self, snapshot: &TimesheetSnapshot, signing: &Signing) -> Result<(), Problem> {
        let person = &snapshot.inputs.person;
        match signing {
            Signing::Submit(_) if is_self(self.caller, person.id) => Ok(()),
            Signing::Submit(_) => {
                may_see(self.caller, person)?;
                Err(Problem::new(Code::Forbidden).detail(Detail::OnlyOwnRequest))
            }
            Signing::Approve(_) | Signing::Reject(_) => {
                may_decide(self.caller, person, snapshot.deciders)?;
                Ok(())
            }
        }
    }

    async fn void(self, snapshot: &TimesheetSnapshot, now: Timestamp) -> Result<(), Failed> {
        let stamp = self.app.stamp(self.caller, self.request_id, now);
        snapshot.void(stamp)?.send(&self.app.store).await?;
        Ok(())
    }
}

impl Signing {
    /// Returns the transaction, the timesheet after it, and its name in the audit.
    fn decide(
        &self,
        snapshot: &TimesheetSnapshot,
        stamp: Stamp,
        by: UserId,
    ) -> Result<(Commit, Timesheet, &'static str), Failed> {
        let timesheet = &snapshot.timesheet;
        let period = timesheet.period;
        let signature = Signature { by, at: stamp.at };
        match self {
            Self::Submit(hash) => {
                ready(snapshot, hash.as_ref())?;
                let signed = timesheet.submit(snapshot.hash.clone(), snapshot.delta_dates(), signature);
                let signed = signed.map_err(refused)?;
                let fact = Fact::Timesheet(TimesheetFact::TimesheetSubmitted { period });
                Ok((snapshot.sign(stamp, &signed, fact)?, signed, "timesheet_submitted"))
            }
            Self::Approve(hash) => {
                ready(snapshot, hash.as_ref())?;
                let signed = timesheet.approve(snapshot.hash.clone(), snapshot.delta_dates(), signature);
                let signed = signed.map_err(refused)?;
                let fact = Fact::Timesheet(TimesheetFact::TimesheetApproved { period });
                let commit = if timesheet.status.is_settled() {
                    let mut commit = Commit::new(stamp, Subject::User(timesheet.user_id), vec![fact])?;
                    commit.put_timesheet(&signed)?;
                    commit
                } else {
                    snapshot.sign(stamp, &signed, fact)?
                };
                Ok((commit, signed, "timesheet_approved"))
            }
            Self::Reject(note) => {
                let rejection = Rejection { by, at: stamp.at, note: note.clone() };
                let rejected = timesheet.reject(rejection).map_err(refused)?;
                let fact = Fact::Timesheet(TimesheetFact::TimesheetRejected { period });
                let mut commit = Commit::new(stamp, Subject::User(timesheet.user_id), vec![fact])?;
                commit.put_timesheet(&rejected)?;
                let deltas: BTreeSet<_> = timesheet.delta_dates.iter().copied().collect();
                commit.note_changed_dates(timesheet.user_id, &deltas)?;
                Ok((commit, rejected, "timesheet_rejected"))
            }
        }
    }
}

/// Checks that nothing blocks a signature, and that the figures are those that were read.
fn ready(snapshot: &TimesheetSnapshot, read: Option<&FiguresHash>) -> Result<(), Problem> {
    if read.is_some_and(|read| *read != snapshot.hash) {
        return Err(changed());
    }
    if snapshot.blockers.is_empty() {
        return Ok(());
    }
    let reasons: Vec<String> = snapshot.blockers.iter().map(reason).collect();
    let detail = Detail::TimesheetBlockedBy { reasons: reasons.join(", ") };
    Err(Problem::new(Code::TimesheetBlocked).detail(detail).blockers(snapshot.blockers.clone()))
}

/// A blocker as its kind and date.
fn reason(blocker: &Blocker) -> String {
    match blocker {
        Blocker::NotOver { date } => format!("not_over {date}"),
        Blocker::OpenSession { date } => format!("open_session {date}"),
        Blocker::NeedsReview { date } => format!("needs_review {date}"),
        Blocker::MissingPunches { date } => format!("missing_punches {date}"),
        Blocker::OvertimePending { date, .. } => format!("overtime_pending {date}"),
        Blocker::CorrectionPending { date, .. } => format!("correction_pending {date}"),
        Blocker::LeavePending { start_date, .. } => format!("leave_pending {start_date}"),
    }
}

fn changed() -> Problem {
    Problem::new(Code::TimesheetChanged).detail(Detail::ReviewFigures)
}

fn refused(refusal: TimesheetRefusal) -> Problem {
    match refusal {
        TimesheetRefusal::Already(_) => Problem::new(Code::AlreadyDecided),
        TimesheetRefusal::NotSubmitted | TimesheetRefusal::NotApproved => Problem::new(Code::TimesheetNotSubmitted),
        TimesheetRefusal::FiguresChanged => changed(),
    }
}
