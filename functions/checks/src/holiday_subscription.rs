//! Asks `jobs` to read the calendar of holidays again when it is due. Runs along with `housekeeping`.

use domain::event::{CompanyFact, Fact, Subject};
use store::{CommitError, StoreError};

use crate::run::{Outcome, Run};

/// Asks for the calendar to be read if it is due. Costs one read otherwise.
pub(crate) async fn refresh(run: &Run) -> Result<Outcome, StoreError> {
    let subscription = run.store.holiday_subscription().await?;
    let Some(subscription) = subscription.filter(|it| it.is_due(run.now)) else { return Ok(Outcome::NOTHING_TO_DO) };
    let fact = Fact::Company(CompanyFact::HolidaySubscriptionDue);
    let mut commit = run.commit(Subject::Holidays, vec![fact])?;
    commit.put_holiday_subscription(&subscription.requested(run.now))?;
    match commit.send(&run.store).await {
        Ok(()) => Ok(Outcome { done: true, looked_at: 1, changed: 1 }),
        // An admin changed the subscription in the meantime, which also asks for the calendar.
        Err(CommitError::ConditionFailed(_)) => Ok(Outcome::NOTHING_TO_DO),
        Err(CommitError::Store(error)) => Err(error),
    }
}
