//! What becomes of someone's leave when they leave, move or are renamed.

use std::collections::BTreeSet;

use domain::{
    audit::Actor,
    calendar::WorkDate,
    day::{DayChange, Presence},
    event::{Fact, Subject},
    id::LeaveRequestId,
    leave::request::{LeaveEffects, LeaveRequest, OpenLeave},
    user::User,
};
use jiff::Timestamp;
use store::{
    Commit, StoreError,
    leave_basis::{LeaveBasis, LeaveQuestion},
};
use web::{App, Failed};

use super::edit::Asked;

/// How many requests are ended in the transaction that disables someone, beside all else that it holds; what is beyond
/// is cancelled before, in transactions of its own.
const AT_LAST: usize = 4;
/// How many of those are ended at once: each takes three actions, or seven where it is of another type than the others and
/// a leave year ends in it.
const AT_ONCE: usize = 8;

/// The open requests of someone whose department or name changes: lists show them by both.
pub(super) async fn listed_anew(
    app: &App,
    open: &OpenLeave,
    before: &User,
    after: &User,
) -> Result<Vec<LeaveRequest>, StoreError> {
    let listed = |person: &User| (person.department_id, person.full_name.clone());
    if listed(before) == listed(after) {
        return Ok(Vec::new());
    }
    let requests = app.store.leave_requests_by_id(open.entries().iter().map(|entry| entry.id)).await?;
    Ok(requests.iter().map(|request| request.moved(after.department_id)).collect())
}

/// Leave that ends along with the account.
#[derive(Debug)]
pub(super) struct EndedLeave {
    basis: LeaveBasis,
    requests: Vec<LeaveRequest>,
    effects: LeaveEffects,
}

impl EndedLeave {
    /// What someone who leaves has pending or ahead, cancelled; what is under way ends. Nothing where there is nothing.
    pub(super) async fn of(
        asked: &Asked<'_>,
        person: &User,
        open: &OpenLeave,
        today: WorkDate,
        now: Timestamp,
    ) -> Result<Option<Self>, Failed> {
        let mut ids: Vec<LeaveRequestId> = open.entries().iter().map(|entry| entry.id).collect();
        while AT_LAST < ids.len() {
            let now_ended = ids.drain(..AT_ONCE.min(ids.len() - AT_LAST)).collect();
            let Some(ended) = Self::read(asked, person, now_ended, today, now).await? else { continue };
            let stamp = asked.app.stamp(asked.caller, asked.request_id, now);
            let mut commit = Commit::new(stamp, Subject::User(person.id), ended.facts().to_vec())?;
            commit.change_leave(&ended.basis, person, &ended.requests, &ended.effects)?;
            commit.send(&asked.app.store).await?;
        }
        Self::read(asked, person, ids, today, now).await
    }

    async fn read(
        asked: &Asked<'_>,
        person: &User,
        ids: Vec<LeaveRequestId>,
        today: WorkDate,
        now: Timestamp,
    ) -> Result<Option<Self>, Failed> {
        if ids.is_empty() {
            return Ok(None);
        }
        let requests = asked.app.store.leave_requests_by_id(ids).await?;
        let first = requests.iter().map(|request| request.period.start_date()).min().unwrap_or(today);
        let last = requests.iter().map(|request| request.period.end_date()).max().unwrap_or(today);
        let types: BTreeSet<_> = requests.iter().map(|request| request.leave_type.clone()).collect();
        let question =
            LeaveQuestion { caller: None, person: person.id, types, dates: (first, last), today, repeat: None };
        let basis = asked.app.store.leave_basis(&question, now).await?;
        let ended = {
            let planner = basis.attendance.planner(person);
            basis.context(&planner, Actor::User { id: asked.caller.user_id }, now).end_all(&requests)
        };
        Ok(ended.map(|(requests, effects)| Self { basis, requests, effects }))
    }

    /// What is told of it.
    pub(super) fn facts(&self) -> &[Fact] {
        &self.effects.facts
    }

    /// Puts it, with the days and the presence that the account's end changes anyway: a day that both change is the
    /// latter's.
    pub(super) fn commit(
        &self,
        commit: &mut Commit,
        person: &User,
        days: &[DayChange],
        presence: &Presence,
    ) -> Result<(), StoreError> {
        let is_theirs = |change: &&DayChange| days.iter().all(|other| other.after().date() != change.after().date());
        let days = days.iter().chain(self.effects.days.iter().filter(is_theirs)).cloned().collect();
        let effects = LeaveEffects { days, presence: Some(presence.clone()), ..self.effects.clone() };
        commit.change_leave(&self.basis, person, &self.requests, &effects)
    }
}
