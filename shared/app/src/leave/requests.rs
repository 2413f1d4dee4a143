//! Leave requests: people ask for leave, change or cancel it, and their managers enter it and decide.

use std::collections::BTreeSet;

use answers::LeaveRequestAnswer;
use domain::{
    audit::Actor,
    calendar::WorkDate,
    correction::{Decision, Verdict},
    event::Subject,
    id::{EventId, LeaveRequestId, UserId},
    leave::{
        LeaveDayLength,
        request::{
            Asker, Canceller, FollowUp, HistoryKind, LeaveContext, LeaveDraft, LeavePeriod, LeaveRefusal, LeaveRequest,
            LeaveStatus, MAX_DAYS_BACK, Outcome,
        },
    },
    settings::Settings,
    text::Remark,
    user::{User, UserStatus},
};
use store::{
    Commit, Condition, StoreError,
    leave_snapshot::{LeaveQuery, LeaveSnapshot, Others},
};

use crate::{
    Denied, Failed, Prepared, Refusal, Request, Versions,
    allowed::{Owner, leave_request_actions},
    authorization::{self, Deciding},
    people::visible_other,
    time_account::check_time_off,
    use_case::ensure_not_replayed,
};

/// The maximum number of days until the start of leave: three years, more than any company grants leave in advance.
pub const MAX_DAYS_AHEAD: i32 = 3 * 366;

/// The reason why a change of a leave request is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LeaveRequestRefusal {
    /// A rule of leave refuses it. Amounts are shown with the length of a leave day.
    Rule(LeaveRefusal, LeaveDayLength),
    /// The leave begins longer ago than any rule allows.
    TooLongAgo {
        /// The first date on which leave may begin.
        earliest: WorkDate,
    },
    /// The leave begins more than [`MAX_DAYS_AHEAD`] days ahead.
    TooFarAhead,
}

impl LeaveRequestRefusal {
    /// Returns the refusal of a rule of leave, in a company with these settings.
    pub fn of(refusal: LeaveRefusal, settings: &Settings) -> Refusal {
        Refusal::Leave(Self::Rule(refusal, LeaveDayLength::of(settings)))
    }

    /// Returns whether the values of the request are invalid.
    pub(crate) const fn is_of_the_request(&self) -> bool {
        match self {
            Self::TooLongAgo { .. } | Self::TooFarAhead => true,
            Self::Rule(refusal, _) => match refusal {
                LeaveRefusal::UnknownType
                | LeaveRefusal::WholeDaysOnly(_)
                | LeaveRefusal::InThePast(_)
                | LeaveRefusal::NoWorkingDays => true,
                LeaveRefusal::Overlaps(_)
                | LeaveRefusal::TooManyOpen
                | LeaveRefusal::DayWorked(_)
                | LeaveRefusal::NotEnough(_)
                | LeaveRefusal::NotPending(_)
                | LeaveRefusal::NotThere(_) => false,
            },
        }
    }
}

/// Requests leave for the caller, or enters leave for another person.
///
/// # Errors
/// The caller may not enter leave for the person, or a rule of leave refuses it.
pub async fn request(
    request: &Request<'_>,
    person: UserId,
    draft: &LeaveDraft,
) -> Result<Prepared<(LeaveRequestId, LeaveRequestAnswer)>, Failed> {
    let Request { ports, caller, .. } = *request;
    check_reach(&draft.period, request)?;
    let snapshot = snapshot(request, &query_of(request, person, draft)).await?;
    let user = person_of(&snapshot)?;
    let asker = asker(request, user, &snapshot, &draft.period)?;
    let planner = snapshot.attendance.planner(user);
    let id = LeaveRequestId::generate(person, ports.now, ports.entropy);
    in_one_transaction(request, |follow_up| {
        let context = snapshot.context(&planner, Actor::User { id: caller.user_id }, ports.now);
        let context = LeaveContext { follow_up, ..context };
        let (outcome, action) = match asker {
            Asker::Person => (context.request(id, draft.clone()), "leave_requested"),
            Asker::Manager(manager) => (context.enter(id, draft.clone(), manager), "leave_entered"),
        };
        let outcome = outcome.map_err(|refusal| LeaveRequestRefusal::of(refusal, planner.settings))?;
        check_time_off(&snapshot, &planner, &draft.leave_type, id, outcome.request.extent())?;
        let Prepared { commit, answer, version } = prepared(request, &snapshot, user, None, &outcome, action)?;
        Ok(Prepared { commit, answer: (id, answer), version })
    })
}

/// Replaces one of the caller's own pending requests.
///
/// # Errors
/// The request is another person's, has another version, or isn't pending, or a rule of leave refuses the change.
pub async fn change(
    request: &Request<'_>,
    id: LeaveRequestId,
    versions: &Versions,
    draft: &LeaveDraft,
) -> Result<Prepared<LeaveRequestAnswer>, Failed> {
    let Request { ports, caller, .. } = *request;
    let before = own_request(request, id).await?;
    let snapshot = snapshot_to_change(request, &before, draft).await?;
    let user = person_of(&snapshot)?;
    let planner = snapshot.attendance.planner(user);
    let context = snapshot.context(&planner, Actor::User { id: caller.user_id }, ports.now);
    let changed = context.change(&before, draft.clone());
    let changed = changed.map_err(|refusal| LeaveRequestRefusal::of(refusal, planner.settings));
    let outcome = match versions.check_after(before.version, changed) {
        Ok(outcome) => outcome,
        Err(refusal) => return Err(unless_changed_meanwhile(request, &before, refusal).await),
    };
    // A request that becomes one for time off is checked like a new one.
    check_time_off(&snapshot, &planner, &draft.leave_type, id, outcome.request.extent())?;
    prepared(request, &snapshot, user, Some(&before), &outcome, "leave_request_changed")
}

/// Withdraws a request, cancels approved leave, or ends leave that has begun.
///
/// # Errors
/// The caller may not cancel it, it has another version, or there is nothing to cancel.
pub async fn cancel(
    request: &Request<'_>,
    id: LeaveRequestId,
    versions: &Versions,
) -> Result<Prepared<LeaveRequestAnswer>, Failed> {
    let Request { ports, caller, .. } = *request;
    let before = stored(request, id).await?;
    let (first, last) = (before.period.start_date(), before.period.end_date());
    let today = caller.zone.date_of(ports.now);
    let is_own = authorization::is_self(caller, before.user_id);
    // In every time zone that the person may have, leave that is over ended before this date.
    let may_be_over = !is_own && before.status == LeaveStatus::Approved && last <= today;
    let query = LeaveQuery {
        caller: Some(caller.user_id),
        person: before.user_id,
        types: BTreeSet::from([before.leave_type.clone()]),
        dates: (first, last),
        days: may_be_over.then_some((first, last)),
        others: if may_be_over {
            Others::These(ports.store.interrupted_by(&before).await?)
        } else {
            Others::Within(before.period, Some(before.id))
        },
        today,
        repeat: None,
    };
    let snapshot = snapshot(request, &query).await?;
    let user = person_of(&snapshot)?;
    let by = if is_own { Canceller::Person } else { Canceller::Manager };
    if !is_own {
        authorization::may_arrange_leave(caller, user, snapshot.deciders)?;
    }
    versions.check(before.version)?;
    let planner = snapshot.attendance.planner(user);
    let context = snapshot.context(&planner, Actor::User { id: caller.user_id }, ports.now);
    let ended = in_one_transaction(request, |follow_up| {
        let outcome = LeaveContext { follow_up, ..context }.cancel(&before, by);
        let outcome = outcome.map_err(|refusal| LeaveRequestRefusal::of(refusal, planner.settings))?;
        prepared(request, &snapshot, user, Some(&before), &outcome, ending_action(&outcome.request))
    });
    match ended {
        Err(Failed::Refused(refusal)) => Err(unless_changed_meanwhile(request, &before, refusal).await),
        ended => ended,
    }
}

/// Decides a leave request. It takes one read of the request, one read of the data for the decision, and one transaction.
///
/// # Errors
/// The caller may not decide it, it has another version, it isn't pending any more, or a rule of leave refuses it.
pub async fn decide(
    request: &Request<'_>,
    id: LeaveRequestId,
    versions: &Versions,
    decision: Decision,
    note: Option<&Remark>,
) -> Result<Prepared<LeaveRequestAnswer>, Failed> {
    let Request { ports, caller, repeat, .. } = *request;
    // The request's dates and its type determine what must be read.
    let before = stored(request, id).await?;
    let period = before.period;
    let dates = (period.start_date(), period.end_date());
    let (days, others) = match decision {
        Decision::Approved => (Some(dates), Others::Within(period, Some(before.id))),
        Decision::Rejected => (None, Others::None),
    };
    let query = LeaveQuery {
        caller: Some(caller.user_id),
        person: before.user_id,
        types: BTreeSet::from([before.leave_type.clone()]),
        dates,
        days,
        others,
        today: caller.zone.date_of(ports.now),
        repeat,
    };
    let snapshot = snapshot(request, &query).await?;
    let user = person_of(&snapshot)?;
    let deciding = authorization::may_decide(caller, user, snapshot.deciders)?;
    versions.check(before.version)?;
    let action = match decision {
        Decision::Approved => {
            authorization::may_still_be_granted(user)?;
            "leave_approved"
        }
        Decision::Rejected => "leave_rejected",
    };
    let verdict = || Verdict {
        by: caller.user_id,
        at: ports.now,
        decision,
        note: note.filter(|note| !note.as_str().is_empty()).cloned(),
        self_decided: deciding == Deciding::OnesOwn,
    };
    let planner = snapshot.attendance.planner(user);
    let decided = in_one_transaction(request, |follow_up| {
        let context = snapshot.context(&planner, Actor::User { id: caller.user_id }, ports.now);
        let outcome = LeaveContext { follow_up, ..context }.decide(&before, verdict());
        let outcome = outcome.map_err(|refusal| LeaveRequestRefusal::of(refusal, planner.settings))?;
        match decision {
            Decision::Approved => {
                let extent = outcome.request.extent();
                check_time_off(&snapshot, &planner, &before.leave_type, id, extent)?;
            }
            Decision::Rejected => {}
        }
        prepared(request, &snapshot, user, Some(&before), &outcome, action)
    });
    match decided {
        Err(Failed::Refused(refusal)) => Err(unless_changed_meanwhile(request, &before, refusal).await),
        decided => decided,
    }
}

/// Returns the query for a decision on leave of that draft.
pub(super) fn query_of<'a>(request: &Request<'a>, person: UserId, draft: &LeaveDraft) -> LeaveQuery<'a> {
    let (period, caller) = (draft.period, request.caller);
    let dates = (period.start_date(), period.end_date());
    LeaveQuery {
        caller: Some(caller.user_id),
        person,
        types: BTreeSet::from([draft.leave_type.clone()]),
        dates,
        days: Some(dates),
        others: Others::Within(period, None),
        today: caller.zone.date_of(request.ports.now),
        repeat: request.repeat,
    }
}

/// Reads the data that a decision on leave needs, for a caller whose token is still valid. Fails with the saved answer if the
/// request was answered before.
///
/// # Errors
/// The request was answered before, or the caller's token isn't valid any more.
pub(super) async fn snapshot(request: &Request<'_>, query: &LeaveQuery<'_>) -> Result<LeaveSnapshot, Failed> {
    let snapshot = request.ports.store.leave_snapshot(query, request.ports.now).await?;
    ensure_not_replayed(snapshot.attendance.earlier.clone())?;
    authorization::current_profile(request.caller, snapshot.caller.as_ref())?;
    Ok(snapshot)
}

/// Returns the caller's own request, which they change.
///
/// # Errors
/// The request doesn't exist, or is another person's.
pub(super) async fn own_request(request: &Request<'_>, id: LeaveRequestId) -> Result<LeaveRequest, Failed> {
    visible_other(request.ports.store, request.caller, id.owner()).await?;
    let before = stored(request, id).await?;
    if authorization::is_self(request.caller, before.user_id) { Ok(before) } else { Err(Denied::OnlyOwnRequest.into()) }
}

/// Reads the data that the change of a request to `draft` needs.
///
/// # Errors
/// The leave begins on another date than before, too long ago or too far ahead; or as [`snapshot`].
pub(super) async fn snapshot_to_change(
    request: &Request<'_>,
    before: &LeaveRequest,
    draft: &LeaveDraft,
) -> Result<LeaveSnapshot, Failed> {
    let period = draft.period;
    if period.start_date() != before.period.start_date() {
        check_reach(&period, request)?;
    }
    let first = period.start_date().min(before.period.start_date());
    let last = period.end_date().max(before.period.end_date());
    let query = LeaveQuery {
        types: BTreeSet::from([draft.leave_type.clone(), before.leave_type.clone()]),
        dates: (first, last),
        others: Others::None,
        ..query_of(request, before.user_id, draft)
    };
    snapshot(request, &query).await
}

/// Returns the person on leave.
///
/// # Errors
/// The person doesn't exist.
pub(super) fn person_of(snapshot: &LeaveSnapshot) -> Result<&User, Denied> {
    snapshot.attendance.person.as_ref().ok_or(Denied::NotFound)
}

/// Returns in which role the caller asks for leave of a person.
///
/// # Errors
/// The caller may not enter leave for the person, or the person's account isn't active. Leave that a person took before they left
/// may be entered late, like anyone's.
pub(super) fn asker(
    request: &Request<'_>,
    person: &User,
    snapshot: &LeaveSnapshot,
    period: &LeavePeriod,
) -> Result<Asker, Denied> {
    let caller = request.caller;
    if authorization::is_self(caller, person.id) {
        return Ok(Asker::Person);
    }
    authorization::may_arrange_leave(caller, person, snapshot.deciders)?;
    if !has_left_after(person, period) {
        authorization::must_be_active(person)?;
    }
    Ok(Asker::Manager(caller.user_id))
}

/// Refuses a period that is too far away for any rule to allow it, before anything is read.
///
/// # Errors
/// The leave begins too long ago, or too far ahead.
pub(super) fn check_reach(period: &LeavePeriod, request: &Request<'_>) -> Result<(), Refusal> {
    let today = request.caller.zone.date_of(request.ports.now);
    // The person's date may differ from the caller's.
    if period.start_date() < today.plus_days(-MAX_DAYS_BACK - 1) {
        let earliest = today.plus_days(-MAX_DAYS_BACK);
        return Err(Refusal::Leave(LeaveRequestRefusal::TooLongAgo { earliest }));
    }
    if today.plus_days(MAX_DAYS_AHEAD) < period.start_date() {
        return Err(Refusal::Leave(LeaveRequestRefusal::TooFarAhead));
    }
    Ok(())
}

/// Returns whether the person's account is disabled, and their employment ended on or after the last date of the period.
fn has_left_after(person: &User, period: &LeavePeriod) -> bool {
    match person.status {
        UserStatus::Disabled => person.employments.left_on().is_some_and(|last| period.end_date() <= last),
        UserStatus::Pending | UserStatus::Active => false,
    }
}

/// Returns the current state of a request.
async fn stored(request: &Request<'_>, id: LeaveRequestId) -> Result<LeaveRequest, Failed> {
    Ok(request.ports.store.leave_request(id).await?.ok_or(Denied::NotFound)?)
}

/// Prepares the change of a request, with its effects and its audit entry.
fn prepared(
    request: &Request<'_>,
    snapshot: &LeaveSnapshot,
    person: &User,
    before: Option<&LeaveRequest>,
    outcome: &Outcome,
    action: &str,
) -> Result<Prepared<LeaveRequestAnswer>, Failed> {
    let Request { ports, caller, .. } = *request;
    let after = &outcome.request;
    let subject = Subject::User(person.id);
    let mut commit = Commit::new(request.stamp(), subject, outcome.effects.facts.clone())?;
    put(request, &mut commit, snapshot, person, outcome)?;
    let shown = LeaveRequestAnswer::new(after);
    commit.audit(subject, action, before.map(LeaveRequestAnswer::new).as_ref(), Some(&shown))?;
    let actions = leave_request_actions(caller, Owner::of(caller, person), after, snapshot.deciders, ports.now);
    Ok(Prepared { commit, answer: shown.allowing(actions), version: after.version })
}

/// Adds the changes of a decision to its commit.
fn put(
    request: &Request<'_>,
    commit: &mut Commit,
    snapshot: &LeaveSnapshot,
    person: &User,
    outcome: &Outcome,
) -> Result<(), StoreError> {
    commit.change_leave(snapshot, person, &outcome.requests(), &outcome.effects)?;
    // The decision about time off depended on the balance.
    if let Some(account) = &snapshot.account {
        commit.check_account(account)?;
    }
    let id = EventId::generate(commit.stamp().at, request.ports.entropy);
    commit.audit_interrupted(id, person.id, &snapshot.others, &outcome.others)
}

/// Includes the consequences of approved or cancelled leave in the transaction of the decision, as far as they fit together with
/// the saved answer. If the commit is too large, `prepare` runs again and leaves the consequences to `jobs`.
fn in_one_transaction<T>(
    request: &Request<'_>,
    prepare: impl Fn(FollowUp) -> Result<Prepared<T>, Failed>,
) -> Result<Prepared<T>, Failed> {
    let prepared = prepare(FollowUp::AtOnce)?;
    let saved_answer = usize::from(request.repeat.is_some());
    let is_too_large = prepared.commit.is_too_large() || prepared.commit.room() < saved_answer;
    if is_too_large { prepare(FollowUp::ByJobs) } else { Ok(prepared) }
}

/// Returns a lost race if the request has changed since it was read, because the change may be the reason of the refusal. The
/// decision is then made again.
async fn unless_changed_meanwhile(request: &Request<'_>, before: &LeaveRequest, refusal: Refusal) -> Failed {
    match request.ports.store.leave_request(before.id).await {
        Ok(Some(stored)) if stored.version == before.version => refusal.into(),
        Ok(_) => Failed::ConditionFailed(Condition::Version),
        Err(error) => error.into(),
    }
}

/// Returns the audit's name of the action that ended or shortened the leave.
fn ending_action(request: &LeaveRequest) -> &'static str {
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
