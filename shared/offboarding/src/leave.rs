//! Leave that ends along with the account.

use std::collections::BTreeSet;

use domain::{calendar::Zone, id::LeaveRequestId};
use store::{
    CommitError,
    leave_snapshot::{LeaveQuery, Others},
};

use crate::{Left, Offboarding, has_left};

/// How many requests are ended in one transaction: each takes three actions, or seven where it is of another type than the
/// others and a leave year ends in it.
pub(crate) const MAX_ENDED: usize = 8;

/// How late an account's end may be followed by that of its leave: as long as the bus tries again, and more.
const MAX_DAYS_LATE: i32 = 7;

impl Offboarding<'_> {
    /// Cancels what of these requests is pending or ahead; what is under way ends.
    pub(crate) async fn end_leave(&self, ids: &[LeaveRequestId]) -> Result<Left, CommitError> {
        let requests = self.store.leave_requests_by_id(ids.iter().copied()).await?;
        let Some(first) = requests.iter().map(|request| request.period.start_date()).min() else {
            return Ok(Left::Nothing);
        };
        let last = requests.iter().map(|request| request.period.end_date()).max().unwrap_or(first);
        let types: BTreeSet<_> = requests.iter().map(|request| request.leave_type.clone()).collect();
        let (caller, person, dates) = (None, self.person, (first, last));
        let today = Zone::UTC.date_of(self.now);
        // Days since the person left may be stored, where this comes late.
        let days = Some((first.max(today.plus_days(-MAX_DAYS_LATE)), last));
        // Leave that another request interrupted ends as well: nothing goes on.
        let others = Others::None;
        let question = LeaveQuery { caller, person, types, dates, days, others, today, repeat: None };
        let snapshot = self.store.leave_snapshot(&question, self.now).await?;
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
