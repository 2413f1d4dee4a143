//! Reports: admins rebuild the month totals that reports read.

use domain::{
    day::Month,
    event::{DayFact, Fact, Subject},
    id::UserId,
    user::User,
};
use futures_util::{StreamExt, TryStreamExt, stream};
use store::{
    Commit, CommitError, Condition,
    month_check::MonthDifference,
    people_lists::{ListScope, Position},
};

use crate::{Failed, Request, authorization};

/// The number of people in a call. Each person takes three queries, so that a call ends long before its timeout.
const PAGE: usize = 100;
/// The number of people that are examined at the same time.
const CONCURRENCY: usize = 8;
/// The maximum number of attempts for a person whose days keep changing.
const MAX_ATTEMPTS: u32 = 3;

/// The result of a rebuild.
#[derive(Debug, Default)]
pub struct RebuiltTotals {
    /// The number of people that were examined.
    pub people: usize,
    /// The totals that were corrected.
    pub differences: Vec<(UserId, MonthDifference)>,
    /// The people whose days kept changing. The month must be rebuilt again for them.
    pub busy: Vec<UserId>,
    /// The position of the next page; none on the last page.
    pub next: Option<Position>,
}

/// Adds up the days of a month again, for a hundred people after a position, and corrects totals that differ.
///
/// # Errors
/// The caller isn't an admin.
pub async fn rebuild_totals(
    request: &Request<'_>,
    month: Month,
    scope: &ListScope,
    position: Option<Position>,
) -> Result<RebuiltTotals, Failed> {
    let Request { ports, caller, .. } = *request;
    authorization::must_be_admin(caller)?;
    authorization::current_profile(caller, ports.store.user(caller.user_id).await?.as_ref())?;
    let page = ports.store.people(scope, position, PAGE, |_| true, false).await?;
    let examined: Vec<_> = page.people.iter().map(|person| corrected(request, person, month)).collect();
    let corrected: Vec<Option<Vec<MonthDifference>>> =
        stream::iter(examined).buffered(CONCURRENCY).try_collect().await?;
    let mut rebuilt = RebuiltTotals { people: page.people.len(), next: page.next, ..RebuiltTotals::default() };
    for (person, differences) in page.people.iter().zip(corrected) {
        match differences {
            Some(found) => rebuilt.differences.extend(found.into_iter().map(|difference| (person.id, difference))),
            None => rebuilt.busy.push(person.id),
        }
    }
    Ok(rebuilt)
}

/// Corrects the totals of a person's month, and returns the differences; none if the days keep changing.
async fn corrected(request: &Request<'_>, person: &User, month: Month) -> Result<Option<Vec<MonthDifference>>, Failed> {
    for _ in 0..MAX_ATTEMPTS {
        let Some(differences) = request.ports.store.month_differences(person.id, month).await? else { continue };
        let mut corrected = Vec::new();
        for difference in &differences {
            difference.log(person.id, month);
            match correct(request, person, month, difference).await {
                Ok(()) => corrected.push(*difference),
                Err(CommitError::ConditionFailed(Condition::Version)) => break,
                Err(error) => return Err(error.into()),
            }
        }
        if corrected.len() == differences.len() {
            return Ok(Some(corrected));
        }
    }
    Ok(None)
}

async fn correct(
    request: &Request<'_>,
    person: &User,
    month: Month,
    difference: &MonthDifference,
) -> Result<(), CommitError> {
    let subject = Subject::User(person.id);
    let fact = DayFact::MonthTotalsRebuilt { month: month.dates().from, department_id: difference.department_id };
    let mut commit = Commit::new(request.stamp(), subject, vec![Fact::Day(fact)])?;
    commit.rebuild_month(person, month, difference)?;
    commit.audit(subject, "month_totals_rebuilt", Some(&difference.stored), Some(&difference.of_days))?;
    commit.send(request.ports.store).await
}
