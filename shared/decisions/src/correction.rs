//! Decisions on corrections.

use app::attendance::{self, PresenceUpdate};
use domain::{
    correction::{
        AlreadyDecided, CorrectedDay, Correction, CorrectionId, CorrectionStatus, DayChangedSince, Decision, Verdict,
    },
    day::{Day, EditCause, Editor, PunchContext, Punched, Violation},
    event::{DayFact, Fact, Subject},
    text::Remark,
};
use jiff::Timestamp;
use serde::Serialize;
use store::Condition;
use web::{
    Answer, App, Caller, Code, Detail, Failed, Problem,
    allowed::{Owner, correction_actions},
    answers::{CorrectionAnswer, DayAnswer},
    authorization::{self, Deciding},
    command::answered,
};

use crate::{Decider, day};

/// The audit data of a decision: the correction, and the day if it changed.
#[derive(Debug, Serialize)]
struct Audited {
    correction: CorrectionAnswer,
    #[serde(skip_serializing_if = "Option::is_none")]
    day: Option<DayAnswer>,
}

/// Decides a correction. It takes one read of the correction, one read of the data for its day, and one transaction.
///
/// # Errors
///
/// Returns the problem of the response.
pub async fn decide(
    by: Decider<'_>,
    id: CorrectionId,
    decision: Decision,
    note: Option<&Remark>,
) -> Result<Answer, Problem> {
    let Decider { app, caller, request_id, key } = by;
    let now = app.now();
    let attempt = async || -> Result<Answer, Failed> {
        // The correction's date determines which days must be read.
        let correction = app.store.correction(id).await?.ok_or_else(Problem::not_found)?;
        let date = correction.date;
        let snapshot = day::snapshot(app, caller, correction.user_id, date, key, now).await?;
        let person = day::person(&snapshot)?;
        let deciding = authorization::may_decide(caller, person, snapshot.deciders)?;
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
                let context = attendance::context(&app.ports(now), &snapshot.attendance, &planner);
                match carried_out(&correction, &before, &context, caller) {
                    Ok(edited) => Some(edited),
                    Err(problem) => return Err(unless_decided_meanwhile(app, &correction, problem).await),
                }
            }
            Decision::Rejected => None,
        };
        let after = edited.as_ref().and_then(|edited| edited.day()).map(|day| CorrectedDay::of(day, now));
        let decided = Correction { after: after.or_else(|| decided.after.clone()), ..decided };
        let actions = correction_actions(caller, Owner::of(caller, person), &decided, snapshot.deciders);
        let answer = Answer::ok(&CorrectionAnswer::new(&decided).allowing(actions))?.version(decided.version);

        let mut facts = vec![Fact::Day(DayFact::CorrectionDecided { correction_id: id, date, decision })];
        facts.extend(edited.iter().flat_map(|edited| edited.facts.iter().cloned()));
        let stamp = app.stamp(caller, request_id, now);
        let subject = Subject::User(person.id);
        let (changes, presence) = edited.as_ref().map_or((&[][..], PresenceUpdate::Stays), |edited| {
            (&edited.changes[..], PresenceUpdate::Becomes(&edited.presence))
        });
        let mut commit = day::update(&snapshot, person, changes, presence).commit(stamp, &facts)?;
        commit.put_correction(person, &decided)?;
        let (earlier, later) = audited(&correction, &decided, edited.as_ref().map(|edited| (&before, edited)), now);
        commit.audit(subject, action(decision), Some(&earlier), Some(&later))?;
        commit.save_answer(key, answer.saved())?;
        commit.send(&app.store).await?;
        Ok(answer)
    };
    answered(&app.store, key, now, attempt).await
}

/// Returns the problem of a correction that isn't pending any more.
pub fn already_decided(AlreadyDecided(status): AlreadyDecided) -> Problem {
    let detail = match status {
        CorrectionStatus::Pending => return Problem::internal("a pending correction is undecided"),
        CorrectionStatus::Approved => Detail::WasApproved,
        CorrectionStatus::Rejected => Detail::WasRejected,
        CorrectionStatus::Withdrawn => Detail::WasWithdrawn,
    };
    Problem::new(Code::AlreadyDecided).detail(detail)
}

/// Applies the correction to the day. If the day has changed since the request and the correction became invalid, the problem
/// says so: it isn't an error of the decider.
fn carried_out(
    correction: &Correction,
    day: &Day,
    context: &PunchContext<'_>,
    decider: &Caller,
) -> Result<Punched, Problem> {
    let changed_since = |DayChangedSince { now, then }: DayChangedSince| {
        Problem::new(Code::DayChanged).detail(Detail::DayVersions { now, then })
    };
    let sessions = correction.sessions_of(day).map_err(changed_since)?;
    let editor = Editor { by: decider.user_id, cause: EditCause::Correction, reason: correction.reason.clone() };
    let changed = |misfits: Vec<Violation>| {
        let rules: Vec<String> = misfits.iter().map(|misfit| format!("{} {}", misfit.path, misfit.rule)).collect();
        Problem::new(Code::DayChanged).detail(Detail::CorrectionImpossible { rules: rules.join("; ") })
    };
    context.edit(correction.date, &sessions, editor).map_err(changed)
}

/// Returns a lost race if another request has decided this correction since it was read, because that decision may be the
/// reason of the problem. The next decision then returns the right problem.
async fn unless_decided_meanwhile(app: &App, correction: &Correction, problem: Problem) -> Failed {
    match app.store.correction(correction.id).await {
        Ok(Some(stored)) if stored.version == correction.version => problem.into(),
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
