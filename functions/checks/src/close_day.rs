//! `close-day`: forgotten sessions, closed once their last shift is over (docs/rules.md#forgotten-clock-outs).

use domain::{
    audit::Actor,
    calendar::WorkDate,
    day::{Due, PunchContext},
    event::Subject,
    id::UserId,
};
use futures_util::{StreamExt, stream};
use store::{CommitError, StoreError, keys::DUE_SHARDS, lateness::LateCosts};

use crate::run::{AT_ONCE, Outcome, Run};

/// How many sessions one look at a shard takes.
const PAGE: usize = 100;

/// Closes all sessions that count as forgotten by now.
pub(crate) async fn close(run: &Run) -> Result<Outcome, StoreError> {
    let mut outcome = Outcome { done: true, ..Outcome::default() };
    for shard in 0..DUE_SHARDS {
        let mut after = None;
        loop {
            if run.is_over() {
                return Ok(outcome.unfinished());
            }
            let page = run.store.due(Due::Session, shard, run.now, after.take(), PAGE).await?;
            let mut closings =
                stream::iter(page.days).map(|(user, date)| close_one(run, user, date)).buffer_unordered(AT_ONCE);
            while let Some(changed) = closings.next().await {
                let changed = usize::from(changed?);
                outcome = outcome.and(Outcome { done: true, looked_at: 1, changed });
            }
            after = page.next;
            if after.is_none() {
                break;
            }
        }
    }
    Ok(outcome)
}

/// Whether a session was closed: one read and one transaction.
async fn close_one(run: &Run, user: UserId, date: WorkDate) -> Result<bool, StoreError> {
    let basis = run.store.follow_basis(user, vec![date], run.now).await?;
    let attendance = &basis.attendance;
    let Some(person) = &attendance.person else { return Ok(false) };
    let planner = attendance.planner(person);
    let context = PunchContext {
        planner: &planner,
        presence: &attendance.presence,
        days: &attendance.days,
        now: run.now,
        entropy: &*run.entropy,
    };
    // A session of another day is open: this one was closed, and the list lags.
    let Ok(Some(punched)) = context.close_forgotten() else { return Ok(false) };
    // A day that isn't over follows its schedule along the way, and with it what lateness cost.
    let costs = LateCosts::of(attendance, &basis.book, person, &punched.changes, Actor::System, run.now);
    let facts = punched.facts.iter().chain(costs.facts()).cloned().collect();
    let mut commit = run.commit(Subject::User(user), facts)?;
    commit.change_presence(user, &punched.presence)?;
    commit.change_days(person, &punched.changes)?;
    commit.charge_lateness(user, &costs)?;
    match commit.send(&run.store).await {
        Ok(()) => Ok(true),
        Err(CommitError::Lost(_)) => Ok(false),
        Err(CommitError::Store(error)) => Err(error),
    }
}
