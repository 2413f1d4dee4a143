//! Corrections: a person requests another record of one of their days, and a manager decides.

use answers::{CorrectionAnswer, DayAnswer};
use domain::{
    calendar::WorkDate,
    correction::{AlreadyDecided, CorrectedDay, Correction, CorrectionId, DayChangedSince, Decision, Verdict},
    day::{Day, EditCause, Editor, PunchContext, Punched, SessionTimes, Violation},
    event::{DayFact, Fact, Subject},
    id::UserId,
    pay::AfterClose,
    text::{Reason, Remark},
};
use jiff::Timestamp;
use serde::Serialize;
use store::{Commit, Condition};

use super::{PresenceUpdate, context, days, days::DayRefusal};
use crate::{
    Denied, Failed, Prepared, Refusal, Request, Versions,
    allowed::{Owner, correction_actions},
    authorization::{self, Deciding},
    people::visible_other,
};

/// The reason why a change of a correction is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CorrectionRefusal {
    /// The correction isn't pending any more.
    AlreadyDecided(AlreadyDecided),
    /// The day has changed since the request.
    DayChanged(DayChangedSince),
    /// The requested sessions break rules now.
    Impossible(Vec<Violation>),
}

/// The audit data of a decision: the correction, and the day if it changed.
#[derive(Debug, Serialize)]
struct Audited {
    correction: CorrectionAnswer,
    #[serde(skip_serializing_if = "Option::is_none")]
    day: Option<DayAnswer>,
}

/// Requests a correction of one of the caller's own days.
///
/// # Errors
/// The day is another person's, or the sessions break rules.
pub async fn request(
    request: &Request<'_>,
    (user, date): (UserId, WorkDate),
    sessions: &[SessionTimes],
    reason: &Reason,
) -> Result<Prepared<(CorrectionId, CorrectionAnswer)>, Failed> {
    let Request { ports, caller, .. } = *request;
    let now = ports.now;
    if !authorization::is_self(caller, user) {
        visible_other(ports.store, caller, user).await?;
        return Err(Denied::OnlyOwnCorrection.into());
    }
    let snapshot = days::snapshot(request, user, date).await?;
    let person = days::person(&snapshot)?;
    let planner = snapshot.attendance.planner(person);
    // The request is validated as if it were approved now, so that it can't wait for an approval that would fail.
    let editor = Editor { by: user, cause: EditCause::Correction, reason: reason.clone() };
    let context = context(&ports, &snapshot.attendance, &planner);
    let edited = context.edit(date, sessions, editor).map_err(DayRefusal::Violations)?;
    let day = Day::current(snapshot.attendance.days.get(&date), &planner, date, now);
    let id = CorrectionId::generate(user, now, ports.entropy);
    let correction = Correction::requested(id, person, (&day, edited.day()), sessions.to_vec(), reason.clone(), now);
    let shown = CorrectionAnswer::new(&correction);
    let actions = correction_actions(caller, Owner::Caller, &correction, snapshot.deciders);

    let fact = Fact::Day(DayFact::CorrectionRequested { correction_id: id, date });
    let subject = Subject::User(user);
    let mut commit = Commit::new(request.stamp(), subject, vec![fact])?;
    commit.put_correction(person, &correction)?;
    commit.note_waiting_request(&snapshot.timesheets)?;
    if let Some(edited) = edited.day() {
        commit.check_cost_centers(edited.newly_named_cost_centers(&day))?;
    }
    commit.audit(subject, "correction_requested", None, Some(&shown))?;
    let answer = CorrectionAnswer::new(&correction).allowing(actions);
    Ok(Prepared { commit, answer: (id, answer), version: correction.version })
}

/// Withdraws one of the caller's own corrections.
///
/// # Errors
/// The correction is another person's, has another version, or isn't pending any more.
pub async fn withdraw(request: &Request<'_>, id: CorrectionId, versions: &Versions) -> Result<Prepared<()>, Failed> {
    let Request { ports, caller, .. } = *request;
    visible_other(ports.store, caller, id.owner()).await?;
    let correction = stored(request, id).await?;
    if !authorization::is_self(caller, correction.user_id) {
        return Err(Denied::OnlyOwnRequest.into());
    }
    let person = ports.store.user(correction.user_id).await?;
    authorization::current_profile(caller, person.as_ref())?;
    versions.check(correction.version)?;
    let withdrawn = correction.withdrawn().map_err(already_decided)?;

    let fact = Fact::Day(DayFact::CorrectionWithdrawn { correction_id: id, date: correction.date });
    let subject = Subject::User(correction.user_id);
    let mut commit = Commit::new(request.stamp(), subject, vec![fact])?;
    commit.end_correction(&withdrawn)?;
    let (before, after) = (CorrectionAnswer::new(&correction), CorrectionAnswer::new(&withdrawn));
    commit.audit(subject, "correction_withdrawn", Some(&before), Some(&after))?;
    Ok(Prepared { commit, answer: (), version: withdrawn.version })
}

/// Decides a correction. It takes one read of the correction, one read of the data for its day, and one transaction.
///
/// # Errors
/// The caller may not decide it, it isn't pending any more, or the day has changed since the request.
pub async fn decide(
    request: &Request<'_>,
    id: CorrectionId,
    versions: &Versions,
    decision: Decision,
    note: Option<&Remark>,
) -> Result<Prepared<CorrectionAnswer>, Failed> {
    let Request { ports, caller, .. } = *request;
    let now = ports.now;
    // The correction's date determines which days must be read.
    let correction = stored(request, id).await?;
    let date = correction.date;
    let snapshot = days::snapshot(request, correction.user_id, date).await?;
    let person = days::person(&snapshot)?;
    let deciding = authorization::may_decide(caller, person, snapshot.deciders)?;
    versions.check(correction.version)?;
    let verdict = Verdict {
        by: caller.user_id,
        at: now,
        decision,
        note: note.filter(|note| !note.as_str().is_empty()).cloned(),
        self_decided: deciding == Deciding::OnesOwn,
    };
    let decided = correction.decided(verdict).map_err(already_decided)?;
    let planner = snapshot.attendance.planner(person);
    let before = Day::current(snapshot.attendance.days.get(&date), &planner, date, now);
    let edited = match decision {
        Decision::Approved => {
            authorization::may_still_be_granted(person)?;
            let context = context(&ports, &snapshot.attendance, &planner);
            match carried_out(&correction, &before, &context, caller.user_id) {
                Ok(edited) => Some(edited),
                Err(refusal) => return Err(unless_decided_meanwhile(request, &correction, refusal).await),
            }
        }
        Decision::Rejected => None,
    };
    let after = edited.as_ref().and_then(|edited| edited.day()).map(|day| CorrectedDay::of(day, now));
    let decided = Correction { after: after.or_else(|| decided.after.clone()), ..decided };
    let actions = correction_actions(caller, Owner::of(caller, person), &decided, snapshot.deciders);

    let mut facts = vec![Fact::Day(DayFact::CorrectionDecided { correction_id: id, date, decision })];
    facts.extend(edited.iter().flat_map(|edited| edited.facts.iter().cloned()));
    let (changes, presence) = edited.as_ref().map_or((&[][..], PresenceUpdate::Stays), |edited| {
        (&edited.changes[..], PresenceUpdate::Becomes(&edited.presence))
    });
    // A correction may be approved after the close: the next pay period pays the difference.
    let update = days::update(&snapshot, person, changes, presence, AfterClose::Allowed);
    let mut commit = update.commit(request.stamp(), &facts)?;
    commit.put_correction(person, &decided)?;
    let (earlier, later) = audited(&correction, &decided, edited.as_ref().map(|edited| (&before, edited)), now);
    commit.audit(Subject::User(person.id), action(decision), Some(&earlier), Some(&later))?;
    let answer = CorrectionAnswer::new(&decided).allowing(actions);
    Ok(Prepared { commit, answer, version: decided.version })
}

/// Returns the current state of a correction.
async fn stored(request: &Request<'_>, id: CorrectionId) -> Result<Correction, Failed> {
    Ok(request.ports.store.correction(id).await?.ok_or(Denied::NotFound)?)
}

fn already_decided(decided: AlreadyDecided) -> Refusal {
    CorrectionRefusal::AlreadyDecided(decided).into()
}

/// Applies the correction to the day. If the day has changed since the request and the correction became invalid, the refusal
/// says so: it isn't an error of the decider.
fn carried_out(
    correction: &Correction,
    day: &Day,
    context: &PunchContext<'_>,
    decider: UserId,
) -> Result<Punched, CorrectionRefusal> {
    let sessions = correction.sessions_of(day).map_err(CorrectionRefusal::DayChanged)?;
    let editor = Editor { by: decider, cause: EditCause::Correction, reason: correction.reason.clone() };
    context.edit(correction.date, &sessions, editor).map_err(CorrectionRefusal::Impossible)
}

/// Returns a lost race if another request has decided this correction since it was read, because that decision may be the
/// reason of the refusal. The next decision then returns the right refusal.
async fn unless_decided_meanwhile(
    request: &Request<'_>,
    correction: &Correction,
    refusal: CorrectionRefusal,
) -> Failed {
    match request.ports.store.correction(correction.id).await {
        Ok(Some(stored)) if stored.version == correction.version => refusal.into(),
        Ok(_) => Failed::ConditionFailed(Condition::Version),
        Err(error) => error.into(),
    }
}

/// Returns the audit data: the state before and after.
fn audited(
    correction: &Correction,
    decided: &Correction,
    edited: Option<(&Day, &Punched)>,
    now: Timestamp,
) -> (Audited, Audited) {
    let (before, after) = edited.map(|(before, edited)| (before, edited.day())).unzip();
    let entry = |correction: &Correction, day: Option<&Day>| Audited {
        correction: CorrectionAnswer::new(correction),
        day: day.map(|day| DayAnswer::new(day, now)),
    };
    (entry(correction, before), entry(decided, after.flatten()))
}

/// Returns the audit's name of the decision.
const fn action(decision: Decision) -> &'static str {
    match decision {
        Decision::Approved => "correction_approved",
        Decision::Rejected => "correction_rejected",
    }
}
