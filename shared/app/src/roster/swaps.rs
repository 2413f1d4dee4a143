//! Swaps: one person asks, another answers, and a manager decides where approval is needed.

use answers::SwapAnswer;
use domain::{
    calendar::WorkDate,
    event::{Fact, Subject, SwapEnding},
    id::{SwapId, UserId},
    roster::{Made, Proposal, Rescheduled, SwapRefusal, Swapping},
    swap::{Approval, Ruling, Swap, Untimely},
    text::Remark,
    user::{User, UserStatus},
};
use jiff::Timestamp;
use serde::Deserialize;
use store::{
    Commit, Condition,
    rescheduling::{PersonSchedule, ScheduleQuery, ScheduleSnapshot},
};
use utoipa::ToSchema;

use crate::{
    Caller, Denied, Failed, Ports, Prepared, Refusal, Request, Versions,
    allowed::swap_actions,
    authorization::{self, Deciding},
    use_case::ensure_not_replayed,
};

/// The reason why a change of a swap is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SwapUseRefusal {
    /// The state of the swap doesn't allow the step.
    Untimely(Untimely),
    /// The swap can't be made.
    Impossible(SwapRefusal),
    /// The swap can't be requested.
    NotRequestable {
        /// The reason.
        refusal: SwapRefusal,
        /// The date that the person who asks would give away.
        my_date: WorkDate,
    },
    /// The person who is asked has no active account.
    OtherNotActive,
}

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

/// Asks another person for a swap.
///
/// # Errors
/// The other person isn't active, or the swap isn't possible.
pub async fn ask(
    request: &Request<'_>,
    with_user_id: UserId,
    proposal: &Proposal,
) -> Result<Prepared<(SwapId, SwapAnswer)>, Failed> {
    let Request { ports, caller, .. } = *request;
    let now = ports.now;
    let my_date = proposal.my_date;
    let dates: Vec<WorkDate> = [Some(my_date), proposal.their_date].into_iter().flatten().collect();
    let snapshot = snapshot(request, &[caller.user_id, with_user_id], &dates).await?;
    let asker = snapshot.person(caller.user_id).ok_or(Denied::NotFound)?;
    let other = snapshot.person(with_user_id).filter(|other| other.person.status == UserStatus::Active);
    let other = other.ok_or(SwapUseRefusal::OtherNotActive)?;
    let swapping = snapshot.swapping(asker, other);
    let requested = swapping.ask(proposal.clone(), ports.entropy);
    let swap = requested.map_err(|refusal| SwapUseRefusal::NotRequestable { refusal, my_date })?;
    let shown = SwapAnswer::new(&swap, now);
    let actions = swap_actions(caller, (&asker.person, &other.person), &swap, snapshot.deciders, now);

    let subject = Subject::User(caller.user_id);
    let mut commit = Commit::new(request.stamp(), subject, vec![swap.requested_fact()])?;
    commit.put_swap([&asker.person, &other.person], &swap)?;
    commit.audit(subject, "swap_requested", None, Some(&shown))?;
    Ok(Prepared { commit, answer: (swap.id, shown.allowing(actions)), version: swap.version })
}

/// Withdraws a swap that the caller asked for.
///
/// # Errors
/// Another person asked for it, it has another version, or it is decided.
pub async fn withdraw(request: &Request<'_>, id: SwapId, versions: &Versions) -> Result<Prepared<()>, Failed> {
    let Request { ports, caller, .. } = *request;
    let now = ports.now;
    let (swap, asker, _) = visible_with_people(&ports, caller, id).await?;
    if !authorization::is_self(caller, swap.from_user_id) {
        return Err(Denied::OnlyOwnRequest.into());
    }
    authorization::current_profile(caller, Some(&asker))?;
    versions.check(swap.version)?;
    let withdrawn = swap.withdrawn(now).map_err(untimely)?;

    let subject = Subject::User(swap.from_user_id);
    let mut commit = Commit::new(request.stamp(), subject, vec![withdrawn.ended_fact(SwapEnding::Withdrawn)])?;
    commit.end_swap(&withdrawn)?;
    let (before, after) = (SwapAnswer::new(&swap, now), SwapAnswer::new(&withdrawn, now));
    commit.audit(subject, "swap_withdrawn", Some(&before), Some(&after))?;
    Ok(Prepared { commit, answer: (), version: withdrawn.version })
}

/// Decides a swap. It takes one read of the swap, one read of both schedules, and one transaction.
///
/// # Errors
/// The caller may not make the decision, or the state of the swap or the rosters don't allow it.
pub async fn decide(
    request: &Request<'_>,
    id: SwapId,
    versions: &Versions,
    verdict: Verdict,
    note: Option<&Remark>,
) -> Result<Prepared<SwapAnswer>, Failed> {
    let Request { ports, caller, .. } = *request;
    let now = ports.now;
    let note = note.filter(|note| !note.as_str().is_empty());
    // The swap determines whose schedules must be read.
    let swap = ports.store.swap(id).await?.ok_or(Denied::NotFound)?;
    let people = [swap.from_user_id, swap.with_user_id];
    let dates: Vec<WorkDate> = [Some(swap.my_date), swap.their_date].into_iter().flatten().collect();
    let snapshot = snapshot(request, &people, &dates).await?;
    let pair = (snapshot.person(swap.from_user_id), snapshot.person(swap.with_user_id));
    let (Some(asker), Some(other)) = pair else { return Err(Denied::NotFound.into()) };
    let deciding = may_decide(caller, verdict, &snapshot, asker, other)?;
    versions.check(swap.version)?;
    match verdict {
        Verdict::Accepted | Verdict::Approved => {
            authorization::may_still_be_granted(&asker.person)?;
            authorization::may_still_be_granted(&other.person)?;
        }
        Verdict::Declined | Verdict::Rejected => {}
    }
    let swapping = snapshot.swapping(asker, other);
    let ruling =
        || Ruling { by: caller.user_id, at: now, note: note.cloned(), self_decided: deciding == Deciding::OnesOwn };
    let decided = match verdict {
        Verdict::Accepted => accept(&swap, &swapping, note.cloned(), now),
        Verdict::Declined => ended(swap.declined(note.cloned(), now), SwapEnding::Declined, "swap_declined"),
        Verdict::Approved => approve(&swap, &swapping, ruling()),
        Verdict::Rejected => ended(swap.rejected(ruling()), SwapEnding::Rejected, "swap_rejected"),
    };
    let Decided { swap: after, facts, made, action } = match decided {
        Ok(decided) => decided,
        Err(refusal) => return Err(unless_decided_meanwhile(&ports, &swap, refusal).await),
    };
    let shown = SwapAnswer::new(&after, now);
    let actions = swap_actions(caller, (&asker.person, &other.person), &after, snapshot.deciders, now);

    let changes: Vec<Rescheduled> = made.into_iter().flat_map(|made| [made.asker, made.other]).collect();
    let mut commit = snapshot.commit(request.stamp(), Subject::User(swap.from_user_id), facts, &changes)?;
    commit.put_swap([&asker.person, &other.person], &after)?;
    let before = SwapAnswer::new(&swap, now);
    for person in people {
        commit.audit(Subject::User(person), action, Some(&before), Some(&shown))?;
    }
    Ok(Prepared { commit, answer: shown.allowing(actions), version: after.version })
}

/// Returns a swap that the caller may see, with the person who asks and the person who is asked.
///
/// # Errors
/// The swap doesn't exist, or the caller may not see it.
pub async fn visible_with_people(ports: &Ports<'_>, caller: &Caller, id: SwapId) -> Result<(Swap, User, User), Failed> {
    let swap = ports.store.swap(id).await?.ok_or(Denied::NotFound)?;
    let mut people = ports.store.users([swap.from_user_id, swap.with_user_id]).await?;
    let mut take = |id: UserId| {
        let found = people.iter().position(|person| person.id == id).map(|index| people.swap_remove(index));
        found.ok_or(Denied::NotFound)
    };
    let (asker, other) = (take(swap.from_user_id)?, take(swap.with_user_id)?);
    authorization::may_see_either(caller, &asker, &other)?;
    Ok((swap, asker, other))
}

/// Reads the schedules of the people on these dates, for a caller whose token is still valid. Fails with the saved answer if the
/// request was answered before.
async fn snapshot(request: &Request<'_>, people: &[UserId], dates: &[WorkDate]) -> Result<ScheduleSnapshot, Failed> {
    let Request { ports, caller, repeat, .. } = *request;
    let query = ScheduleQuery { caller: caller.user_id, people, dates, repeat };
    let snapshot = ports.store.schedule_snapshot(&query, ports.now).await?;
    ensure_not_replayed(snapshot.earlier.clone())?;
    authorization::current_profile(caller, snapshot.caller.as_ref())?;
    Ok(snapshot)
}

/// Checks that the caller may make this decision.
fn may_decide(
    caller: &Caller,
    verdict: Verdict,
    snapshot: &ScheduleSnapshot,
    asker: &PersonSchedule,
    other: &PersonSchedule,
) -> Result<Deciding, Denied> {
    let (asker, other) = (&asker.person, &other.person);
    authorization::may_see_either(caller, asker, other)?;
    match verdict {
        Verdict::Accepted | Verdict::Declined => {
            if authorization::is_self(caller, other.id) {
                Ok(Deciding::Anothers)
            } else if authorization::is_self(caller, asker.id) {
                Err(Denied::OwnRequest)
            } else {
                Err(Denied::OnlyAskedAnswers)
            }
        }
        Verdict::Approved | Verdict::Rejected => {
            authorization::may_decide_either(caller, asker, other, snapshot.deciders)
        }
    }
}

/// Accepts the swap for the other person. If a manager must approve, the rosters don't change yet, but an impossible swap isn't
/// accepted either.
fn accept(
    swap: &Swap,
    swapping: &Swapping<'_>,
    note: Option<Remark>,
    now: Timestamp,
) -> Result<Decided, SwapUseRefusal> {
    let approval = swapping.approval();
    let accepted = swap.accepted(approval, note, now).map_err(SwapUseRefusal::Untimely)?;
    let made = swapping.make(swap).map_err(SwapUseRefusal::Impossible)?;
    let (facts, made) = match approval {
        Approval::NotNeeded => (vec![accepted.accepted_fact(), accepted.made_fact()], Some(made)),
        Approval::Needed => (vec![accepted.accepted_fact()], None),
    };
    Ok(Decided { swap: accepted, facts, made, action: "swap_accepted" })
}

/// Approves the swap for a manager.
fn approve(swap: &Swap, swapping: &Swapping<'_>, ruling: Ruling) -> Result<Decided, SwapUseRefusal> {
    let approved = swap.approved(ruling).map_err(SwapUseRefusal::Untimely)?;
    let made = swapping.make(swap).map_err(SwapUseRefusal::Impossible)?;
    Ok(Decided { facts: vec![approved.made_fact()], swap: approved, made: Some(made), action: "swap_approved" })
}

/// Returns a decision that ends the swap without any change of the rosters.
fn ended(swap: Result<Swap, Untimely>, ending: SwapEnding, action: &'static str) -> Result<Decided, SwapUseRefusal> {
    let swap = swap.map_err(SwapUseRefusal::Untimely)?;
    Ok(Decided { facts: vec![swap.ended_fact(ending)], swap, made: None, action })
}

/// Returns a lost race if another request has decided this swap since it was read, because that decision may be the reason of
/// the refusal. The next decision then returns the right refusal.
async fn unless_decided_meanwhile(ports: &Ports<'_>, swap: &Swap, refusal: SwapUseRefusal) -> Failed {
    match ports.store.swap(swap.id).await {
        Ok(Some(stored)) if stored.version == swap.version => refusal.into(),
        Ok(_) => Failed::ConditionFailed(Condition::Version),
        Err(error) => error.into(),
    }
}

fn untimely(untimely: Untimely) -> Refusal {
    SwapUseRefusal::Untimely(untimely).into()
}
