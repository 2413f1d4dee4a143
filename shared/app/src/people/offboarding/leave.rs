//! Ends leave when an account ends.

use std::collections::BTreeSet;

use domain::{calendar::Zone, id::LeaveRequestId};
use store::{
    CommitError,
    leave_snapshot::{LeaveQuery, Others},
};

use super::{Left, Offboarding, has_left};

/// The maximum number of requests that one transaction ends. Each takes three actions, or seven if its leave type differs from
/// the others and a leave year ends in it.
pub(super) const MAX_ENDED: usize = 8;

/// The maximum delay between the end of an account and the end of its leave: longer than the event bus retries.
const MAX_DAYS_LATE: i32 = 7;

impl Offboarding<'_> {
    /// Cancels the pending and future leave among these requests. Leave that has begun ends.
    pub(super) async fn end_leave(&self, ids: &[LeaveRequestId]) -> Result<Left, CommitError> {
        let requests = self.store.leave_requests_by_id(ids.iter().copied()).await?;
        let Some(first) = requests.iter().map(|request| request.period.start_date()).min() else {
            return Ok(Left::Nothing);
        };
        let last = requests.iter().map(|request| request.period.end_date()).max().unwrap_or(first);
        let types: BTreeSet<_> = requests.iter().map(|request| request.leave_type.clone()).collect();
        let (caller, person, dates) = (None, self.person, (first, last));
        let today = Zone::UTC.date_of(self.now);
        // Days since the person left may be stored already, if this step runs late.
        let days = Some((first.max(today.plus_days(-MAX_DAYS_LATE)), last));
        // Leave that another request interrupted ends as well, so nothing takes its place.
        let others = Others::None;
        let query = LeaveQuery { caller, person, types, dates, days, others, today, repeat: None };
        let snapshot = self.store.leave_snapshot(&query, self.now).await?;
        let Some(person) = snapshot.attendance.person.as_ref().filter(|person| has_left(person)) else {
            return Ok(Left::Nothing);
        };
        let planner = snapshot.attendance.planner(person);
        let ended = snapshot.context(&planner, self.actor, person.updated_at).end_all(&requests);
        let Some((ended, effects)) = ended else { return Ok(Left::Nothing) };
        let mut commit = self.commit(effects.facts.clone())?;
        commit.change_leave(&snapshot, person, &ended, &effects)?;
        commit.send(self.store).await?;
        Ok(Left::Nothing)
    }
}
