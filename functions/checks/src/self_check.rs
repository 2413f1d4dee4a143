//! The self-check of month totals: they are kept by adding differences, so every day some of them are compared with the
//! sum of their days. There must be no difference; an alarm of the template goes off at one.

use domain::{
    calendar::{WorkDate, Zone},
    day::Month,
    id::{DepartmentId, UserId},
    ports::random_bytes,
};
use jiff::{SignedDuration, Timestamp};
use store::StoreError;

use crate::run::{Outcome, Run};

/// How many people of each department are looked at.
const EACH: usize = 3;
/// How many departments one look at their list takes.
const DEPARTMENTS: usize = 100;
/// How many people one run looks at in all.
const MAX_COUNT: usize = 300;
/// How far back the sample is drawn.
const REACH: SignedDuration = SignedDuration::from_hours(5 * 365 * 24);

/// Compares the totals of this month, of a few people of each department that are drawn anew every time.
pub(crate) async fn compare_totals(run: &Run) -> Result<Outcome, StoreError> {
    let today = Zone::UTC.date_of(run.now);
    let mut outcome = compare_some(run, today, None).await?;
    let mut after = None;
    loop {
        let page = run.store.departments(after, DEPARTMENTS).await?;
        after = page.items.last().map(|department| department.id);
        for department in page.items {
            if run.is_over() || outcome.looked_at >= MAX_COUNT {
                // A sample needs no second run.
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
    let mut outcome = Outcome { done: true, ..Outcome::default() };
    for user in sample(run, month, department).await? {
        outcome.looked_at += 1;
        // None where they changed while they were read: then they are looked at another day.
        for difference in run.store.month_differences(user, month).await?.unwrap_or_default() {
            outcome.changed += 1;
            difference.log(user, month);
        }
    }
    Ok(outcome)
}

/// A few people with totals, from an id on that is drawn: ids begin with the time at which they were made, and most
/// people were taken on within the last years.
async fn sample(run: &Run, month: Month, department: Option<DepartmentId>) -> Result<Vec<UserId>, StoreError> {
    let [draw] = random_bytes::<1>(&*run.entropy);
    let back = REACH.checked_mul(i32::from(draw)).map_or(REACH, |reach| reach / i32::from(u8::MAX));
    let made_at = run.now.saturating_sub(back).unwrap_or(run.now);
    let drawn = UserId::generate(made_at, &*run.entropy);
    let people = run.store.people_of_month(month, department, drawn, EACH).await?;
    if people.is_empty() {
        // Nobody is that new: from the beginning.
        let first = UserId::generate(Timestamp::UNIX_EPOCH, &*run.entropy);
        return run.store.people_of_month(month, department, first, EACH).await;
    }
    Ok(people)
}
