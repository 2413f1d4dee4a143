//! The self-check of month totals. The totals are updated by adding differences, so every day some of them are compared with the
//! sum of their days. Any difference is an error and sets off an alarm of the template.

use domain::{
    calendar::{WorkDate, Zone},
    day::Month,
    id::{DepartmentId, UserId},
    ports::random_bytes,
};
use jiff::{SignedDuration, Timestamp};
use store::StoreError;

use crate::run::{Outcome, Run};

/// The number of people of each department that are examined.
const PEOPLE_PER_DEPARTMENT: usize = 3;
/// The number of departments that one query returns.
const DEPARTMENTS: usize = 100;
/// The maximum number of people that one run examines.
const MAX_COUNT: usize = 300;
/// How far back the sample reaches.
const MAX_AGE: SignedDuration = SignedDuration::from_hours(5 * 365 * 24);

/// Compares the totals of the current month for a few people of each department. Each run draws a new sample.
pub(crate) async fn compare_totals(run: &Run) -> Result<Outcome, StoreError> {
    let today = Zone::UTC.date_of(run.now);
    let mut outcome = compare_some(run, today, None).await?;
    let mut after = None;
    loop {
        let page = run.store.departments(after, DEPARTMENTS).await?;
        after = page.items.last().map(|department| department.id);
        for department in page.items {
            if run.is_over() || outcome.looked_at >= MAX_COUNT {
                // The rest isn't handed over, because a sample is enough.
                return Ok(outcome);
            }
            outcome = outcome.and(compare_some(run, today, Some(department.id)).await?);
        }
        if !page.more {
            return Ok(outcome);
        }
    }
}

async fn compare_some(run: &Run, today: WorkDate, department: Option<DepartmentId>) -> Result<Outcome, StoreError> {
    let month = Month::of(today);
    let mut outcome = Outcome::NOTHING_TO_DO;
    for user in sample(run, month, department).await? {
        outcome.looked_at += 1;
        // None if the totals changed while they were read: a later run may examine them.
        for difference in run.store.month_differences(user, month).await?.unwrap_or_default() {
            outcome.changed += 1;
            difference.log(user, month);
        }
    }
    Ok(outcome)
}

/// Returns a few people with totals, starting at a random id. Ids begin with the time of their creation, and most people were
/// hired within the last years.
async fn sample(run: &Run, month: Month, department: Option<DepartmentId>) -> Result<Vec<UserId>, StoreError> {
    let [draw] = random_bytes::<1>(&*run.entropy);
    let back = MAX_AGE.checked_mul(i32::from(draw)).map_or(MAX_AGE, |reach| reach / i32::from(u8::MAX));
    let made_at = run.now.saturating_sub(back).unwrap_or(run.now);
    let drawn = UserId::generate(made_at, &*run.entropy);
    let people = run.store.people_of_month(month, department, drawn, PEOPLE_PER_DEPARTMENT).await?;
    if people.is_empty() {
        // No one was created after the random id, so the sample starts at the first id.
        let first = UserId::generate(Timestamp::UNIX_EPOCH, &*run.entropy);
        return run.store.people_of_month(month, department, first, PEOPLE_PER_DEPARTMENT).await;
    }
    Ok(people)
}
