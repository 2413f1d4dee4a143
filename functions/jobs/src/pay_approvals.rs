//! Keeps the time of dates that waits for approval up to date, so that managers find it among their approvals.
//!
//! The time account follows the same pay ([`time_accounts`]).
//!
//! Pay is computed when it is read, but a list of a department's waiting time can't be. So when a day, a pay profile or pay
//! rules change, the segments of the dates that depend on it are computed, and the record of each date whose waiting time differs is written.

use domain::{
    calendar::WorkDate,
    event::{Fact, PayFact, Subject},
    id::UserId,
    pay::SegmentedDay,
    settings::Settings,
    user::User,
};
use runtime::events::Failure;
use store::{
    Commit, CommitError, StoreError,
    pay::approvals::{PayApprovalRecord, WaitingTime},
};

use crate::{context::Jobs, decisions::decide, time_accounts};

/// The days before today whose time is computed again after a change of rules or of a pay profile.
pub(crate) const DAYS_BACK: i32 = 62;
/// The days after a date whose weekly overtime can depend on it.
pub(crate) const WEEK: i32 = 6;
/// The number of dates that one transaction writes.
const AT_ONCE: usize = 64;

/// Updates the records of a person's dates, both included. Costs one read for a person without a pay profile. Returns the
/// settings of the company; none for such a person, whose dates don't depend on each other.
pub(crate) async fn refresh(
    jobs: &Jobs,
    person: UserId,
    from: WorkDate,
    to: WorkDate,
) -> Result<Option<Settings>, Failure> {
    decide("the time to approve", person, || refreshed(jobs, person, from, to)).await
}

async fn refreshed(jobs: &Jobs, person: UserId, from: WorkDate, to: WorkDate) -> Result<Option<Settings>, CommitError> {
    if jobs.store.pay_profiles(person).await?.all().is_empty() {
        return Ok(None);
    }
    let inputs = jobs.store.pay_inputs(person, from, to, jobs.clock.now()).await?;
    let Some(inputs) = inputs else { return Ok(None) };
    let changed: Vec<ChangedRecord> = inputs
        .segments()
        .iter()
        .filter_map(|day| ChangedRecord::of(day, inputs.approval_records.get(&day.date)))
        .collect();
    for some in changed.chunks(AT_ONCE) {
        commit(jobs, &inputs.person, some)?.send(&jobs.store).await?;
    }
    time_accounts::refresh(jobs, &inputs).await?;
    Ok(Some(inputs.attendance.settings.settings))
}

/// The record of a date whose waiting time has changed.
struct ChangedRecord {
    record: PayApprovalRecord,
    /// Whether no time of the date waited before. The deciders are notified of such dates alone.
    begins_to_wait: bool,
}

impl ChangedRecord {
    /// Compares the waiting time of a date with its stored record; none if it is the same.
    fn of(day: &SegmentedDay, before: Option<&PayApprovalRecord>) -> Option<Self> {
        let waiting: Vec<WaitingTime> = day
            .waiting
            .iter()
            .map(|(subject, seconds)| WaitingTime { subject: subject.clone(), seconds: *seconds })
            .collect();
        let before = before.cloned().unwrap_or(PayApprovalRecord::of_date(day.date));
        if before.waiting == waiting {
            return None;
        }
        let begins_to_wait = before.waiting.is_empty();
        Some(Self { record: PayApprovalRecord { waiting, version: before.version + 1, ..before }, begins_to_wait })
    }
}

/// Returns the transaction that writes some records. The dates that begin to wait are in one event, which makes one notification.
fn commit(jobs: &Jobs, person: &User, changed: &[ChangedRecord]) -> Result<Commit, StoreError> {
    let begin = changed.iter().filter(|changed| changed.begins_to_wait);
    let facts: Vec<Fact> =
        begin.map(|changed| Fact::Pay(PayFact::PayApprovalNeeded { date: changed.record.date })).collect();
    let mut commit = if facts.is_empty() {
        Commit::without_event(jobs.stamp())
    } else {
        Commit::new(jobs.stamp(), Subject::User(person.id), facts)?
    };
    changed.iter().try_for_each(|changed| commit.put_pay_approval(person, &changed.record))?;
    Ok(commit)
}
