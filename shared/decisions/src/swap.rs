//! Decisions on swaps, by the person who is asked and by a manager.

use domain::{
    calendar::WorkDate,
    event::{Fact, Subject, SwapEnding},
    id::SwapId,
    roster::{HORIZON_DAYS, Made, Rescheduled, SwapRefusal, Swapping, TooLittleRest},
    swap::{Approval, Ruling, Swap, SwapStatus, Untimely},
    text::Remark,
};
use jiff::Timestamp;
use serde::Deserialize;
use store::{
    Condition,
    rescheduling::{PersonSchedule, ScheduleQuery, ScheduleSnapshot},
};
use utoipa::ToSchema;
use web::{
    Answer, App, Caller, Code, Detail, Failed, Problem,
    allowed::swap_actions,
    answers::SwapAnswer,
    authorization::{self, Deciding},
    command::{answered, ensure_not_replayed},
};

use crate::Decider;

/// The decisions of the two people who decide.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = SwapVerdict)]
pub enum Verdict {
    /// The other person accepts.
    Accepted,
    /// The other person declines.
    Declined,
    /// A manager approves.
    Approved,
    /// A manager rejects.
    Rejected,
}

/// The result of a decision on a swap.
struct Decided {
    swap: Swap,
    facts: Vec<Fact>,
    /// Both schedules, if they change.
    made: Option<Made>,
    /// The audit's name of the decision.
    action: &'static str,
}

/// Decides a swap. It takes one read of the swap, one read of both schedules, and one transaction.
///
/// # Errors
///
/// Returns the problem of the response.
pub async fn decide(by: Decider<'_>, id: SwapId, status: Verdict, note: Option<&Remark>) -> Result<Answer, Problem> {
    let Decider { app, caller, request_id, key } = by;
    let note = note.filter(|note| !note.as_str().is_empty());
    let now = app.now();
    let attempt = async || -> Result<Answer, Failed> {
        // The swap determines whose schedules must be read.
        let swap = app.store.swap(id).await?.ok_or_else(Problem::not_found)?;
        let people = [swap.from_user_id, swap.with_user_id];
        let dates: Vec<WorkDate> = [Some(swap.my_date), swap.their_date].into_iter().flatten().collect();
        let query = ScheduleQuery { caller: caller.user_id, people: &people, dates: &dates, repeat: key };
        let snapshot = app.store.schedule_snapshot(&query, now).await?;
        ensure_not_replayed(snapshot.earlier.clone())?;
        authorization::current_profile(caller, snapshot.caller.as_ref())?;
        let pair = (snapshot.person(swap.from_user_id), snapshot.person(swap.with_user_id));
        let (Some(asker), Some(other)) = pair else { return Err(Problem::not_found().into()) };
        let deciding = may_say(caller, status, &snapshot, asker, other)?;
        match status {
            Verdict::Accepted | Verdict::Approved => {
                authorization::may_still_be_granted(&asker.person)?;
                authorization::may_still_be_granted(&other.person)?;
            }
            Verdict::Declined | Verdict::Rejected => {}
        }
        let swapping = snapshot.swapping(asker, other);
        let ruling =
            || Ruling { by: caller.user_id, at: now, note: note.cloned(), self_decided: deciding == Deciding::OnesOwn };
        let decided = match status {
            Verdict::Accepted => accept(&swap, &swapping, note.cloned(), now),
            Verdict::Declined => swap.declined(note.cloned(), now).map_err(untimely).map(|swap| Decided {
                facts: vec![swap.ended_fact(SwapEnding::Declined)],
                swap,
                made: None,
                action: "swap_declined",
            }),
            Verdict::Approved => approve(&swap, &swapping, ruling()),
            Verdict::Rejected => swap.rejected(ruling()).map_err(untimely).map(|swap| Decided {
                facts: vec![swap.ended_fact(SwapEnding::Rejected)],
                swap,
                made: None,
                action: "swap_rejected",
            }),
        };
        let Decided { swap: after, facts, made, action } = match decided {
            Ok(decided) => decided,
            Err(problem) => return Err(unless_decided_meanwhile(app, &swap, problem).await),
        };
        let shown = SwapAnswer::new(&after, now);
        let actions = swap_actions(caller, (&asker.person, &other.person), &after, snapshot.deciders, now);
        let answer = Answer::ok(&shown.clone().allowing(actions))?.version(after.version);

        let subject = Subject::User(swap.from_user_id);
        let changes: Vec<Rescheduled> = made.into_iter().flat_map(|made| [made.asker, made.other]).collect();
        let mut commit = snapshot.commit(app.stamp(caller, request_id, now), subject, facts, &changes)?;
        commit.put_swap([&asker.person, &other.person], &after)?;
        let before = SwapAnswer::new(&swap, now);
        for whose in people {
            commit.audit(Subject::User(whose), action, Some(&before), Some(&shown))?;
        }
        commit.save_answer(key, answer.saved())?;
        commit.send(&app.store).await?;
        Ok(answer)
    };
    answered(&app.store, key, now, attempt).await
}

/// Returns whether the caller may make this decision.
fn may_say(
    caller: &Caller,
    verdict: Verdict,
    snapshot: &ScheduleSnapshot,
    asker: &PersonSchedule,
    other: &PersonSchedule,
) -> Result<Deciding, Problem> {
    let (asker, other) = (&asker.person, &other.person);
    authorization::may_see_either(caller, asker, other)?;
    match verdict {
        Verdict::Accepted | Verdict::Declined => {
            if authorization::is_self(caller, other.id) {
                Ok(Deciding::Anothers)
            } else if authorization::is_self(caller, asker.id) {
                Err(Problem::new(Code::OwnRequest))
            } else {
                Err(Problem::new(Code::Forbidden).detail(Detail::OnlyAskedAnswers))
            }
        }
        Verdict::Approved | Verdict::Rejected => {
            Ok(authorization::may_decide_either(caller, asker, other, snapshot.deciders)?)
        }
    }
}

/// Accepts the swap for the other person. If a manager must approve, the rosters don't change yet, but an impossible swap isn't
/// accepted either.
fn accept(swap: &Swap, swapping: &Swapping<'_>, note: Option<Remark>, now: Timestamp) -> Result<Decided, Problem> {
    let approval = swapping.approval();
    let accepted = swap.accepted(approval, note, now).map_err(untimely)?;
    let made = swapping.make(swap).map_err(|refusal| refused(&refusal))?;
    let (facts, made) = match approval {
        Approval::NotNeeded => (vec![accepted.accepted_fact(), accepted.made_fact()], Some(made)),
        Approval::Needed => (vec![accepted.accepted_fact()], None),
    };
    Ok(Decided { swap: accepted, facts, made, action: "swap_accepted" })
}

/// Approves the swap for a manager.
fn approve(swap: &Swap, swapping: &Swapping<'_>, ruling: Ruling) -> Result<Decided, Problem> {
    let approved = swap.approved(ruling).map_err(untimely)?;
    let made = swapping.make(swap).map_err(|refusal| refused(&refusal))?;
    Ok(Decided { facts: vec![approved.made_fact()], swap: approved, made: Some(made), action: "swap_approved" })
}

/// Returns a lost race if another request has decided this swap since it was read, because that decision may be the reason of
/// the problem. The next decision then returns the right problem.
async fn unless_decided_meanwhile(app: &App, swap: &Swap, problem: Problem) -> Failed {
    match app.store.swap(swap.id).await {
        Ok(Some(stored)) if stored.version == swap.version => problem.into(),
        Ok(_) => Failed::ConditionFailed(Condition::Version),
        Err(error) => error.into(),
    }
}

/// Returns the problem of a step that the state of a swap doesn't allow.
pub fn untimely(untimely: Untimely) -> Problem {
    let detail = match untimely {
        Untimely::AlreadyDecided(status) => match status {
            SwapStatus::Accepted | SwapStatus::Approved => Detail::WasMade,
            SwapStatus::Declined => Detail::WasDeclined,
            SwapStatus::Rejected => Detail::WasRejected,
            SwapStatus::Withdrawn => Detail::WasWithdrawn,
            SwapStatus::Expired => Detail::HasBegun,
            SwapStatus::Pending => return Problem::internal("a pending swap is undecided"),
        },
        Untimely::AlreadyAccepted => Detail::WaitsForManager,
        Untimely::NotAcceptedYet => return Problem::new(Code::NotAcceptedYet),
        Untimely::NotExpiredYet => return Problem::internal(untimely),
    };
    Problem::new(Code::AlreadyDecided).detail(detail)
}

/// Returns the problem of a swap that can't be made.
pub fn refused(refusal: &SwapRefusal) -> Problem {
    let (code, detail) = match refusal {
        SwapRefusal::NoShift { date, .. } => (Code::NoShift, Detail::SwapNoShift { date: date.to_string() }),
        SwapRefusal::OnLeave(date) => (Code::OnLeave, Detail::SwapOnLeave { date: date.to_string() }),
        SwapRefusal::DayWorked(date) => (Code::DayWorked, Detail::SwapDayWorked { date: date.to_string() }),
        SwapRefusal::WouldOverlap(clash) => (Code::WouldOverlap, Detail::SwapOverlap { shifts: clash.both() }),
        SwapRefusal::TooLittleRest(TooLittleRest { earlier, later, minutes, wanted }) => {
            let (earlier, later) = (earlier.clone(), later.clone());
            (Code::TooLittleRest, Detail::SwapRest { minutes: *minutes, earlier, later, required: *wanted })
        }
        SwapRefusal::Begun(date) => (Code::RosterChanged, Detail::SwapBegun { date: date.to_string() }),
        SwapRefusal::TooFarAhead(date) => {
            (Code::RosterChanged, Detail::SwapTooFarAhead { date: date.to_string(), days: HORIZON_DAYS.unsigned_abs() })
        }
        SwapRefusal::NotEmployed { date, .. } => {
            (Code::RosterChanged, Detail::SwapNotEmployed { date: date.to_string() })
        }
        SwapRefusal::RosterChanged => return Problem::new(Code::RosterChanged),
    };
    Problem::new(code).detail(detail)
}
