//! Keeps the time of dates that waits for approval up to date, so that managers find it among their approvals.
//!
//! Pay is computed when it is read, but a list of a department's waiting time can't be. So when a day or a pay profile changes,
//! the segments of the dates that depend on it are computed, and the record of each date whose waiting time differs is written.

use domain::{
    calendar::WorkDate,
    event::{Fact, PayFact, Subject},
    id::UserId,
};
use runtime::events::Failure;
use store::{
    Commit, CommitError, Condition, StoreError,
    pay::approvals::{PayApprovalRecord, WaitingTime},
};

use crate::context::Jobs;

/// The maximum number of attempts when other writers win the race.
const DECISIONS: u32 = 5;

/// Updates the records of a person's dates, both included. Costs one read for a person without a pay profile.
pub(crate) async fn refresh(jobs: &Jobs, person: UserId, from: WorkDate, to: WorkDate) -> Result<(), Failure> {
    for _ in 0..DECISIONS {
        match refreshed(jobs, person, from, to).await {
            Err(CommitError::ConditionFailed(Condition::Version)) => {}
            done => return done.map_err(|error| Failure::new(format!("the time to approve of {person}: {error}"))),
        }
    }
    Err(Failure::new(format!("the time to approve of {person} keeps changing")))
}

async fn refreshed(jobs: &Jobs, person: UserId, from: WorkDate, to: WorkDate) -> Result<(), CommitError> {
    if jobs.store.pay_profiles(person).await?.all().is_empty() {
        return Ok(());
    }
    let inputs = jobs.store.pay_inputs(person, from, to, jobs.clock.now()).await?;
    let Some(inputs) = inputs else { return Ok(()) };
    for day in inputs.segments() {
        let before = inputs.approval_records.get(&day.date);
        let waiting: Vec<WaitingTime> = day
            .waiting
            .iter()
            .map(|(subject, seconds)| WaitingTime { subject: subject.clone(), seconds: *seconds })
            .collect();
        if before.map_or(&[][..], |record| record.waiting.as_slice()) == waiting.as_slice() {
            continue;
        }
        let commit = commit(jobs, person, day.date, !waiting.is_empty());
        let mut commit = commit.map_err(CommitError::Store)?;
        let before = before.cloned().unwrap_or(PayApprovalRecord::of_date(day.date));
        commit
            .put_pay_approval(&inputs.person, &PayApprovalRecord { waiting, version: before.version + 1, ..before })?;
        commit.send(&jobs.store).await?;
    }
    Ok(())
}

/// Begins the commit of a date's record, with an event if time waits.
fn commit(jobs: &Jobs, person: UserId, date: WorkDate, waits: bool) -> Result<Commit, StoreError> {
    if waits {
        Commit::new(jobs.stamp(), Subject::User(person), vec![Fact::Pay(PayFact::PayApprovalNeeded { date })])
    } else {
        Ok(Commit::without_event(jobs.stamp()))
    }
}
