//! A holiday or the roster changed under leave: what is pending or ahead is counted anew, person by person.

use std::collections::BTreeSet;

use domain::{
    audit::Actor,
    calendar::{WorkDate, Zone},
    event::Subject,
    id::{EventId, UserId},
    leave::request::LeaveRequest,
};
use jiff::Timestamp;

use crate::{Commit, CommitError, Guard, Stamp, Store, leave_basis::LeaveQuestion};

/// How many requests are recounted in one transaction: each takes three actions, or five where a leave year ends in it.
const AT_ONCE: usize = 15;
/// How often a transaction is decided: once, and again after losing a race.
const DECISIONS: u32 = 4;

/// Counts a person's pending and approved leave anew, from today on, by the schedule and the holidays as they are now;
/// what it comes to otherwise is booked, and stored days that aren't over follow. Tells how many requests changed.
///
/// `change` is the id of the event that made it necessary, for tracing. Idempotent, whatever the change: what was counted
/// anew comes out the same the next time, so a run that died is simply run again.
pub async fn recount_person(
    store: &Store,
    person: UserId,
    change: EventId,
    now: Timestamp,
) -> Result<usize, CommitError> {
    let mut changed = 0;
    let mut lost = 0;
    loop {
        match recount_some(store, person, change, now).await {
            Ok(recounted) => {
                changed += recounted;
                lost = 0;
                if recounted < AT_ONCE {
                    return Ok(changed);
                }
            }
            Err(CommitError::Lost(Guard::Version)) if lost + 1 < DECISIONS => lost += 1,
            Err(error) => return Err(error),
        }
    }
}

async fn recount_some(
    store: &Store,
    person: UserId,
    change: EventId,
    now: Timestamp,
) -> Result<usize, CommitError> {
    let open = store.open_leave(person).await?;
    let requests = store.leave_requests_by_id(open.entries().iter().map(|entry| entry.id)).await?;
    let types: BTreeSet<_> = requests.iter().map(|request| request.leave_type.clone()).collect();
    let today = Zone::UTC.date_of(now);
    let last = requests.iter().map(|request| request.period.end_date()).max().unwrap_or(today).max(today);
    let question = LeaveQuestion { caller: None, person, types, dates: (today.previous(), last), today, repeat: None };
    let basis = store.leave_basis(&question, now).await?;
    let Some(user) = &basis.attendance.person else { return Ok(0) };
    let planner = basis.attendance.planner(user);
    let context = basis.context(&planner, Actor::System, now);
    let Some((recounted, effects)) = context.recount(&requests, AT_ONCE) else { return Ok(0) };

    let stamp = Stamp {
        event_id: EventId::generate(now, &*store.entropy),
        at: now,
        actor: Actor::System,
        request_id: Some(change.to_string()),
    };
    let subject = Subject::User(person);
    // A type that isn't counted has nothing to tell, nor has a day that merely follows its schedule.
    let mut commit = if effects.facts.is_empty() {
        Commit::silent(stamp)
    } else {
        Commit::new(stamp, subject, effects.facts.clone())?
    };
    if !recounted.is_empty() {
        let (before, after) = (Audited::of(&before(&requests, &recounted)), Audited::of(&recounted));
        commit.audit(subject, "leave_recounted", Some(&before), Some(&after))?;
    }
    commit.change_leave(&basis, user, &recounted, &effects)?;
    commit.send(store).await?;
    Ok(recounted.len())
}

/// What the audit keeps of a request that was recounted.
#[derive(Debug, serde::Serialize)]
struct Audited {
    request_id: domain::id::LeaveRequestId,
    start_date: WorkDate,
    end_date: WorkDate,
    half_days: i64,
}

impl Audited {
    fn of(requests: &[LeaveRequest]) -> Vec<Self> {
        let audited = |request: &LeaveRequest| Self {
            request_id: request.id,
            start_date: request.period.start_date(),
            end_date: request.period.end_date(),
            half_days: request.half_days.total(),
        };
        requests.iter().map(audited).collect()
    }
}

fn before(requests: &[LeaveRequest], recounted: &[LeaveRequest]) -> Vec<LeaveRequest> {
    let changed = |request: &&LeaveRequest| recounted.iter().any(|after| after.id == request.id);
    requests.iter().filter(changed).cloned().collect()
}
