//! Applies approvals and later cancellations of leave that don't fit into one transaction, step by step.

use std::collections::BTreeSet;

use domain::{
    calendar::Zone,
    event::{DayFact, Fact, LeaveFact, Subject},
    id::{EventId, LeaveRequestId},
    leave::request::{ApplyStep, LeaveRequest},
};
use jiff::Timestamp;

use crate::{
    Commit, CommitError, Stamp, Store, StoreError,
    leave_snapshot::{LeaveQuery, Others},
};

/// The sizes of a step, in interrupted requests and in dates whose days change. The first size that fits into a transaction
/// is used. The last size always fits.
const SIZES: [(usize, i32); 3] = [(8, 40), (4, 15), (1, 1)];

/// Whether a part of the request is left to apply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Applied {
    /// All of the request was applied.
    Whole,
    /// A part of the request is left.
    Partly,
}

/// Applies the next part of a request, in one transaction. `cause` is the event that requests it. If `hands_on` is set,
/// another run applies the rest, and the transaction requests that run.
///
/// The transaction puts the request's next version, so that each part is applied once, even if several runs work on it or a
/// run is interrupted.
///
/// # Errors
///
/// Returns [`CommitError::ConditionFailed`] if another run was first. The caller then reads the present state.
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
    /// Returns the transaction of a step, and whether a part is left after it; none if the request's person doesn't exist
    /// any more.
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
        let query = LeaveQuery {
            caller: None,
            person: request.user_id,
            types: BTreeSet::from([request.leave_type.clone()]),
            dates: (period.start_date(), period.end_date()),
            days,
            others,
            today: Zone::UTC.date_of(now),
            repeat: None,
        };
        let snapshot = self.leave_snapshot(&query, now).await?;
        let Some(person) = &snapshot.attendance.person else { return Ok(None) };
        // All steps have the same actor, although they take some time.
        let by = request.applied_by();
        let planner = snapshot.attendance.planner(person);
        let outcome = snapshot.context(&planner, by, now).apply(request, step);

        let applied = if outcome.request.unapplied.is_some() { Applied::Partly } else { Applied::Whole };
        let mut facts = outcome.effects.facts.clone();
        let dates: Vec<_> = outcome.effects.days.iter().map(|change| change.after().date()).collect();
        if !dates.is_empty() {
            facts.push(Fact::Day(DayFact::DaysFollowed { dates, cause }));
        }
        if hands_on && applied == Applied::Partly {
            facts.push(Fact::Leave(LeaveFact::LeaveToApply { request_id: request.id }));
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
