//! Asks `jobs` to read the calendar of holidays again when it is due. Runs along with `housekeeping`.

use domain::event::{CompanyFact, Fact, Subject};
use store::StoreError;

use crate::run::{Outcome, Run};

/// Asks for the calendar to be read if it is due. Costs one read otherwise.
pub(crate) async fn refresh(run: &Run) -> Result<Outcome, StoreError> {
    let subscription = run.store.holiday_subscription().await?;
    let Some(subscription) = subscription.filter(|it| it.is_due(run.now)) else { return Ok(Outcome::NOTHING_TO_DO) };
    let fact = Fact::Company(CompanyFact::HolidaySubscriptionDue);
    let mut commit = run.commit(Subject::Holidays, vec![fact])?;
    commit.put_holiday_subscription(&subscription.requested(run.now))?;
    // If an admin changed the subscription in the meantime, that also asks for the calendar.
    let is_made = commit.send_if_unchanged(&run.store).await?;
    Ok(if is_made { Outcome::of(1, 1) } else { Outcome::NOTHING_TO_DO })
}
