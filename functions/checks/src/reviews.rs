//! The weekly notification about days that wait for a review: each manager in charge gets one notification with the number of
//! days and the people. Sent on the company's Monday, or by the first run after it. Runs along with `housekeeping`.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    day::Period,
    event::{DayFact, DaysToReview, Fact, Subject},
    id::{DepartmentId, UserId},
    scheduled_jobs::Check,
};
use store::{CommitError, StoreError, people_lists::Position};

use crate::run::{Outcome, Run};

/// The number of waiting days that one read returns.
const PAGE: usize = 500;
/// The number of people at which an event is sent before the rest is read, so that it stays well below the limit of EventBridge
/// (256 KB).
const MAX_PEOPLE: usize = 1000;

/// Notifies the managers in charge, unless they were notified this week.
pub(crate) async fn announce_week(run: &Run) -> Result<Outcome, StoreError> {
    let today = run.store.settings().await?.settings.time_zone.date_of(run.now);
    let monday = Period::Week.around(today).from;
    let mut progress = run.store.weekly_reviews().await?.of_week(monday);
    let mut outcome = Outcome::NOTHING_TO_DO;
    while !progress.is_done() {
        if run.is_over() {
            return Ok(outcome.unfinished());
        }
        let ReviewEvent { people, next } = gather(run, progress.next()).await?;
        let announced = people.len();
        let facts = if people.is_empty() { Vec::new() } else { vec![Fact::Day(DayFact::DaysToReview { people })] };
        let after = progress.after(next);
        let mut commit = run.commit(Subject::Check(Check::Housekeeping), facts)?;
        commit.keep_weekly_reviews(&progress, &after)?;
        match commit.send(&run.store).await {
            Ok(()) => progress = after,
            // Another run is ahead and continues.
            Err(CommitError::ConditionFailed(_)) => return Ok(outcome),
            Err(CommitError::Store(error)) => return Err(error),
        }
        outcome = outcome.and(Outcome::of(announced, announced));
    }
    Ok(outcome)
}

/// The content of one event.
struct ReviewEvent {
    people: Vec<DaysToReview>,
    /// The position from which the next event continues; absent at the end.
    next: Option<Position>,
}

/// Returns the people whose days wait, from a position on: about as many as fit into one event, the longest waiting first.
async fn gather(run: &Run, from: Option<Position>) -> Result<ReviewEvent, StoreError> {
    let mut people: BTreeMap<UserId, DaysToReview> = BTreeMap::new();
    let mut lists: BTreeMap<UserId, Option<DepartmentId>> = BTreeMap::new();
    let mut position = from;
    loop {
        let page = run.store.waiting_days(position, PAGE).await?;
        for (user_id, date, department) in page.days {
            lists.insert(user_id, department);
            people
                .entry(user_id)
                .and_modify(|of| {
                    of.days += 1;
                    of.oldest = of.oldest.min(date);
                })
                .or_insert(DaysToReview { user_id, days: 1, oldest: date });
        }
        position = page.next;
        if position.is_none() || MAX_PEOPLE <= people.len() {
            break;
        }
    }
    list_movers_again(run, &lists).await?;
    let mut people: Vec<DaysToReview> = people.into_values().collect();
    people.sort_by_key(|of| of.oldest);
    Ok(ReviewEvent { people, next: position })
}

/// Moves the waiting days of people to their current department. A change of department misses a day that starts to wait at the
/// same time.
async fn list_movers_again(run: &Run, lists: &BTreeMap<UserId, Option<DepartmentId>>) -> Result<(), StoreError> {
    let ids: BTreeSet<UserId> = lists.keys().copied().collect();
    for person in run.store.all_users(ids).await? {
        if lists.get(&person.id).is_some_and(|listed| *listed != person.department_id) {
            run.store.move_reviews(person.id, &run.stamp()).await?;
        }
    }
    Ok(())
}
