//! Leave, approved or cancelled afterwards, that one transaction didn't hold: what of it is left, step by step.

use std::collections::BTreeSet;

use domain::{
    calendar::Zone,
    event::{Fact, Subject},
    id::{EventId, LeaveRequestId},
    leave::request::{ApplyStep, LeaveRequest},
};
use jiff::Timestamp;

use crate::{
    Commit, CommitError, Stamp, Store, StoreError,
    leave_snapshot::{LeaveQuery, Others},
};

/// The sizes of a step, in requests that are interrupted and in dates whose days follow: the first that fits a transaction
/// is taken. The last always does.
const SIZES: [(usize, i32); 3] = [(8, 40), (4, 15), (1, 1)];

/// Whether anything is left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Applied {
    /// All of it was applied.
    Whole,
    /// Something is left.
    Partly,
}

/// Applies the next part of what is left of a request, in one transaction. `cause` is the event that asks for it;
/// `hands_on` says whether the rest is for another run, which the transaction then asks for.
///
/// The transaction puts the request's next version, so that each part is applied once, whoever runs this and whenever it
/// dies.
///
/// # Errors
///
/// [`CommitError::ConditionFailed`] where somebody else was first: then what is there by now is to be looked at.
pub async fn apply_next(
    store: &Store,
    id: LeaveRequestId,
    cause: EventId,
    hands_on: bool,
    now: Timestamp,
) -> Result<Applied, CommitError> {
    let Some(request) = store.leave_request(id).await? else { return Ok(Applied::Whole) };
    for (requests, dates) in SIZES {
        let Some(step) = request.next_step(requests, dates, Zone::UTC.date_of(now).next()) else {
            return Ok(Applied::Whole);
        };
        let Some((commit, applied)) = store.leave_step(&request, &step, cause, hands_on, now).await? else {
            return Ok(Applied::Whole);
        };
        if !commit.is_too_large() {
            commit.send(store).await?;
            return Ok(applied);
        }
    }
    Err(StoreError::Unwritable(format!("a single step of the leave {id} doesn't fit a transaction")).into())
}

impl Store {
    /// The transaction of a step, and whether anything is left after it; none where the request is nobody's any more.
    async fn leave_step(
        &self,
        request: &LeaveRequest,
        step: &ApplyStep,
        cause: EventId,
        hands_on: bool,
        now: Timestamp,
    ) -> Result<Option<(Commit, Applied)>, StoreError> {
        let (days, others) = match step {
            ApplyStep::Requests(ids) => (None, Others::These(ids.clone())),
            ApplyStep::Days(first, last) => (Some((*first, *last)), Others::None),
        };
        let period = request.period;
        let question = LeaveQuery {
            caller: None,
            person: request.user_id,
            types: BTreeSet::from([request.leave_type.clone()]),
            dates: (period.start_date(), period.end_date()),
            days,
            others,
            today: Zone::UTC.date_of(now),
            repeat: None,
        };
        let snapshot = self.leave_snapshot(&question, now).await?;
        let Some(person) = &snapshot.attendance.person else { return Ok(None) };
        // All of it is done by the same person, though it takes a while.
        let by = request.applied_by();
        let planner = snapshot.attendance.planner(person);
        let outcome = snapshot.context(&planner, by, now).apply(request, step);

        let applied = if outcome.request.unapplied.is_some() { Applied::Partly } else { Applied::Whole };
        let mut facts = outcome.effects.facts.clone();
        let dates: Vec<_> = outcome.effects.days.iter().map(|change| change.after().date()).collect();
        if !dates.is_empty() {
            facts.push(Fact::DaysFollowed { dates, cause });
        }
        if hands_on && applied == Applied::Partly {
            facts.push(Fact::LeaveToApply { request_id: request.id });
        }
        let event_id = || EventId::generate(now, &*self.entropy);
        let stamp = Stamp { event_id: event_id(), at: now, actor: by, request_id: Some(cause.to_string()) };
        let mut commit = if facts.is_empty() {
            Commit::without_event(stamp)
        } else {
            Commit::new(stamp, Subject::User(person.id), facts)?
        };
        commit.change_leave(&snapshot, person, &outcome.requests(), &outcome.effects)?;
        commit.audit_interrupted(event_id(), person.id, &snapshot.others, &outcome.others)?;
        Ok(Some((commit, applied)))
    }
}
