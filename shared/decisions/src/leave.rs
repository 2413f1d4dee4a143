//! Decisions on leave requests, and the parts that they share with requesting, changing and cancelling leave.

use std::collections::BTreeSet;

use domain::{
    FieldRule,
    audit::Actor,
    calendar::WorkDate,
    correction::{Decision, Verdict},
    event::Subject,
    id::{EventId, LeaveRequestId},
    leave::{
        LeaveDayLength, NotEnough,
        request::{
            FollowUp, LeaveContext, LeavePeriod, LeaveRefusal, LeaveRequest, LeaveStatus, MAX_DAYS_BACK, NotPending,
            NotThere, Outcome, PeriodFault,
        },
    },
    settings::Settings,
    text::Remark,
    user::User,
};
use jiff::Timestamp;
use store::{
    Commit, Condition, StoreError,
    leave_snapshot::{LeaveQuery, LeaveSnapshot, Others},
};
use web::{
    Answer, App, Caller, Code, Detail, Failed, Problem,
    allowed::{Owner, leave_request_actions},
    answers::LeaveRequestAnswer,
    authorization::{self, Deciding},
    command::{answered, ensure_not_replayed},
};

use crate::Decider;

/// Decides a leave request. It takes one read of the request, one read of the data for the decision, and one transaction.
///
/// # Errors
///
/// Returns the problem of the response.
pub async fn decide(
    by: Decider<'_>,
    id: LeaveRequestId,
    decision: Decision,
    note: Option<&Remark>,
) -> Result<Answer, Problem> {
    let Decider { app, caller, request_id, key } = by;
    let now = app.now();
    let attempt = async || -> Result<Answer, Failed> {
        // The request's dates and its type determine what must be read.
        let before = stored(app, id).await?;
        let period = before.period;
        let (days, others) = match decision {
            Decision::Approved => {
                (Some((period.start_date(), period.end_date())), Others::Within(period, Some(before.id)))
            }
            Decision::Rejected => (None, Others::None),
        };
        let query = LeaveQuery {
            caller: Some(caller.user_id),
            person: before.user_id,
            types: BTreeSet::from([before.leave_type.clone()]),
            dates: (period.start_date(), period.end_date()),
            days,
            others,
            today: caller.zone.date_of(now),
            repeat: key,
        };
        let snapshot = snapshot(app, caller, &query, now).await?;
        let user = snapshot.attendance.person.as_ref().ok_or_else(Problem::not_found)?;
        let deciding = authorization::may_decide(caller, user, snapshot.deciders)?;
        match decision {
            Decision::Approved => authorization::may_still_be_granted(user)?,
            Decision::Rejected => {}
        }
        let verdict = || Verdict {
            by: caller.user_id,
            at: now,
            decision,
            note: note.filter(|note| !note.as_str().is_empty()).cloned(),
            self_decided: deciding == Deciding::OnesOwn,
        };
        let planner = snapshot.attendance.planner(user);
        let made = |follow_up| -> Result<(Commit, Answer), Failed> {
            let context = snapshot.context(&planner, Actor::User { id: caller.user_id }, now);
            let outcome = LeaveContext { follow_up, ..context }.decide(&before, verdict());
            let outcome = outcome.map_err(|refusal| refused(refusal, planner.settings))?;
            let shown = LeaveRequestAnswer::new(&outcome.request);
            let body = answer(&snapshot, caller, user, &outcome.request, now);
            let answer = Answer::ok(&body)?.version(outcome.request.version);

            let subject = Subject::User(user.id);
            let stamp = app.stamp(caller, request_id, now);
            let mut commit = Commit::new(stamp, subject, outcome.effects.facts.clone())?;
            put(app, &mut commit, &snapshot, user, &outcome)?;
            commit.audit(subject, action(decision), Some(&LeaveRequestAnswer::new(&before)), Some(&shown))?;
            commit.save_answer(key, answer.saved())?;
            Ok((commit, answer))
        };
        let (commit, answer) = match in_one_transaction(made) {
            Ok(made) => made,
            Err(Failed::Problem(problem)) => return Err(unless_changed_meanwhile(app, &before, problem).await),
            Err(failed) => return Err(failed),
        };
        commit.send(&app.store).await?;
        Ok(answer)
    };
    answered(&app.store, key, now, attempt).await
}

/// Returns the audit's name of the decision.
const fn action(decision: Decision) -> &'static str {
    match decision {
        Decision::Approved => "leave_approved",
        Decision::Rejected => "leave_rejected",
    }
}

/// Returns the request as the response to the caller.
pub fn answer(
    snapshot: &LeaveSnapshot,
    caller: &Caller,
    person: &User,
    request: &LeaveRequest,
    now: Timestamp,
) -> LeaveRequestAnswer {
    let actions = leave_request_actions(caller, Owner::of(caller, person), request, snapshot.deciders, now);
    LeaveRequestAnswer::new(request).allowing(actions)
}

/// The maximum number of days until the start of leave: three years, more than any company grants leave in advance.
const MAX_DAYS_AHEAD: i32 = 3 * 366;

/// Reads the data that a decision on leave needs, for a caller whose token is still valid. Fails with the saved response if the
/// request was answered before.
pub async fn snapshot(
    app: &App,
    caller: &Caller,
    query: &LeaveQuery<'_>,
    now: Timestamp,
) -> Result<LeaveSnapshot, Failed> {
    let snapshot = app.store.leave_snapshot(query, now).await?;
    ensure_not_replayed(snapshot.attendance.earlier.clone())?;
    authorization::current_profile(caller, snapshot.caller.as_ref())?;
    Ok(snapshot)
}

/// Returns the current state of the request.
pub async fn stored(app: &App, id: LeaveRequestId) -> Result<LeaveRequest, Problem> {
    app.store.leave_request(id).await?.ok_or_else(Problem::not_found)
}

/// Includes the consequences of approved or cancelled leave in the transaction of the decision, as far as they fit. `made`
/// decides and builds the commit. If the commit is too large, `made` runs again and leaves the consequences to `jobs`.
pub fn in_one_transaction<T>(made: impl Fn(FollowUp) -> Result<(Commit, T), Failed>) -> Result<(Commit, T), Failed> {
    let (commit, answer) = made(FollowUp::AtOnce)?;
    if commit.is_too_large() { made(FollowUp::ByJobs) } else { Ok((commit, answer)) }
}

/// Adds the changes of a decision to its commit.
pub fn put(
    app: &App,
    commit: &mut Commit,
    snapshot: &LeaveSnapshot,
    person: &User,
    outcome: &Outcome,
) -> Result<(), StoreError> {
    commit.change_leave(snapshot, person, &outcome.requests(), &outcome.effects)?;
    let id = EventId::generate(commit.stamp().at, &*app.entropy);
    commit.audit_interrupted(id, person.id, &snapshot.others, &outcome.others)
}

/// Refuses a period that is too far away for any rule to allow it, before anything is read.
pub fn check_reach(period: &LeavePeriod, today: WorkDate) -> Result<(), Problem> {
    // The person's date may differ from the caller's.
    if period.start_date() < today.plus_days(-MAX_DAYS_BACK - 1) {
        return Err(in_the_past(today.plus_days(-MAX_DAYS_BACK)));
    }
    if today.plus_days(MAX_DAYS_AHEAD) < period.start_date() {
        return Err(Problem::invalid("start_date", FieldRule::DaysAheadAtMost { days: i64::from(MAX_DAYS_AHEAD) }));
    }
    Ok(())
}

fn in_the_past(earliest: WorkDate) -> Problem {
    Problem::new(Code::InThePast).detail(Detail::LeaveStartsFrom { date: earliest.to_string() })
}

/// Returns the problem of an invalid period.
pub fn unless_period(fault: PeriodFault) -> Problem {
    Problem::invalid(fault.field, fault.rule)
}

/// Returns the problem of a refusal.
pub fn refused(refusal: LeaveRefusal, settings: &Settings) -> Problem {
    match refusal {
        LeaveRefusal::UnknownType => Problem::invalid("type", FieldRule::NotALeaveType),
        LeaveRefusal::WholeDaysOnly(field) => Problem::invalid(field, FieldRule::WholeDaysOnly),
        LeaveRefusal::InThePast(earliest) => in_the_past(earliest),
        LeaveRefusal::NoWorkingDays => Problem::new(Code::NoWorkingDays).detail(Detail::NotExpectedThen),
        LeaveRefusal::Overlaps(date) => {
            Problem::new(Code::Overlaps).detail(Detail::OtherLeaveOn { date: date.to_string() })
        }
        LeaveRefusal::TooManyOpen => Problem::new(Code::TooManyOpenRequests),
        LeaveRefusal::DayWorked(date) => {
            Problem::new(Code::DayWorked).detail(Detail::WorkedOn { date: date.to_string() })
        }
        LeaveRefusal::NotEnough(short) => not_enough(&short, settings),
        LeaveRefusal::NotPending(NotPending(status)) | LeaveRefusal::NotThere(NotThere::Ended(status)) => {
            already_decided(status)
        }
        LeaveRefusal::NotThere(NotThere::Over) => Problem::new(Code::LeaveOver),
    }
}

fn not_enough(short: &NotEnough, settings: &Settings) -> Problem {
    let day = LeaveDayLength::of(settings);
    let detail = Detail::BalanceTooLow {
        from: short.year.from.to_string(),
        to: short.year.to.to_string(),
        available: day.amount(short.available),
        asked: day.cost_amount(short.asked),
    };
    Problem::new(Code::InsufficientBalance).detail(detail)
}

/// Returns the problem of a request that isn't pending any more.
fn already_decided(status: LeaveStatus) -> Problem {
    let detail = match status {
        LeaveStatus::Pending => return Problem::internal("a pending request is undecided"),
        LeaveStatus::Approved => Detail::WasApproved,
        LeaveStatus::Rejected => Detail::WasRejected,
        LeaveStatus::Cancelled => Detail::WasCancelled,
    };
    Problem::new(Code::AlreadyDecided).detail(detail)
}

/// Returns a lost race if the request has changed since it was read, because the change may be the reason of the refusal. The
/// decision is then made again.
pub async fn unless_changed_meanwhile(app: &App, request: &LeaveRequest, problem: Problem) -> Failed {
    match app.store.leave_request(request.id).await {
        Ok(Some(stored)) if stored.version == request.version => problem.into(),
        Ok(_) => Failed::ConditionFailed(Condition::Version),
        Err(error) => error.into(),
    }
}
