//! Applies the rest of leave that doesn't fit into one transaction: leave that was entered late, or that interrupts much other
//! leave.

use domain::{
    calendar::{WorkDate, Zone},
    id::{EventId, LeaveRequestId},
};
use runtime::{Deadline, events::Failure};
use store::{
    CommitError, Condition,
    leave_applying::{Applied, apply_next},
};

use crate::{
    context::{Jobs, RESERVE},
    decisions::MAX_DECISIONS,
    pay_approvals::{self, ChangedPay},
};

/// Updates what follows the pay of the leave's dates.
async fn follow_pay(jobs: &Jobs, id: LeaveRequestId, cause: EventId) -> Result<(), Failure> {
    let request = jobs.store.leave_request(id).await.map_err(Failure::new)?;
    let today = Zone::UTC.date_of(jobs.clock.now());
    // Leave that was ended early is given back until its earlier end.
    let dates = |start| ChangedPay::of_schedule(start, WorkDate::MAX, today, cause.generated_at());
    match request.and_then(|request| Some((request.user_id, dates(request.period.start_date())?))) {
        Some((person, dates)) => pay_approvals::follow(jobs, person, &[dates]).await,
        None => Ok(()),
    }
}

/// Applies the rest of a request step by step. If time runs out, the last step hands over the rest to the next invocation.
pub(crate) async fn apply(jobs: &Jobs, id: LeaveRequestId, cause: EventId, deadline: Deadline) -> Result<(), Failure> {
    let mut lost = 0;
    loop {
        let hands_on = deadline.left() < RESERVE;
        match apply_next(&jobs.store, id, cause, hands_on, jobs.clock.now()).await {
            Ok(Applied::Whole) => return follow_pay(jobs, id, cause).await,
            Ok(Applied::Partly) if hands_on => return Ok(()),
            Ok(Applied::Partly) => lost = 0,
            Err(CommitError::ConditionFailed(Condition::Version)) if lost + 1 < MAX_DECISIONS => lost += 1,
            Err(error) => return Err(Failure::new(format!("the leave {id}: {error}"))),
        }
    }
}
