//! Keeps the time of dates that waits for approval up to date, so that managers find it among their approvals.
//!
//! The time account follows the same pay ([`time_accounts`]), and so do signatures of timesheets ([`signatures`]).
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

use crate::{context::Jobs, decisions::decide, signatures, time_accounts};

/// The days before today whose time is computed again after a change of rules or of a pay profile.
pub(crate) const DAYS_BACK: i32 = 62;
/// The days after today whose schedule can change overtime before them: a pay period is at most so long.
const DAYS_AHEAD: i32 = 31;
/// The number of dates that one transaction writes.
const AT_ONCE: usize = 64;

/// Updates everything that follows the pay of changed dates: waiting time, time accounts, and the signatures of timesheets from the
/// period of the earliest `since` on. Of a changed schedule, earlier dates of a closed period become differences. Signatures are
/// compared once for all ranges. Costs one read for a person without a pay profile, and nothing without ranges.
pub(crate) async fn follow(jobs: &Jobs, person: UserId, ranges: &[ChangedPay]) -> Result<(), Failure> {
    match update(jobs, person, ranges).await? {
        Some(updated) => signatures::compare(jobs, &updated.settings, person, updated.first).await,
        None => Ok(()),
    }
}

/// Does the same as [`follow`] without signatures. Returns none if there are no ranges, or if the person has no pay profile.
pub(crate) async fn update(jobs: &Jobs, person: UserId, ranges: &[ChangedPay]) -> Result<Option<Refreshed>, Failure> {
    let mut updated: Option<Refreshed> = None;
    for ChangedPay { since, from, to, is_schedule } in ranges.iter().copied() {
        // A person without a pay profile has none for the other ranges either.
        let Some(affected) = refresh(jobs, person, from, to).await? else { break };
        if is_schedule {
            let earlier = affected.before(from);
            decide("the timesheets", person, || note_closed(jobs, &affected.settings, person, &earlier)).await?;
        }
        let first = since.min(affected.first);
        let first = updated.map_or(first, |earlier| earlier.first.min(first));
        updated = Some(Refreshed { first, ..affected });
    }
    Ok(updated)
}

/// Dates of a person whose pay has changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ChangedPay {
    /// The first date with which signatures are compared.
    pub since: WorkDate,
    /// The first changed date.
    pub from: WorkDate,
    /// The last changed date.
    pub to: WorkDate,
    /// Whether the scheduled time of the dates may have changed, as by leave or a roster.
    pub is_schedule: bool,
}

impl ChangedPay {
    /// The dates of leave, a holiday, a roster or an employment: they have other scheduled time. `None` if all of them are after the
    /// present pay period, or too long ago.
    pub(crate) fn of_schedule(first: WorkDate, last: WorkDate, today: WorkDate) -> Option<Self> {
        let from = first.max(today.plus_days(-signatures::DAYS_BACK));
        let to = last.min(today.plus_days(DAYS_AHEAD));
        (from <= to).then_some(Self { since: from, from, to, is_schedule: true })
    }

    /// The present and later dates of the present pay period. They have other scheduled time after a change of the settings or of a
    /// profile. `today` is the date in UTC, and it can be yesterday elsewhere.
    pub(crate) fn from_today(today: WorkDate) -> Option<Self> {
        Self::of_schedule(today.previous(), WorkDate::MAX, today)
    }

    /// Returns the dates with others and those between them.
    pub(crate) fn with(self, others: Self) -> Self {
        Self {
            since: self.since.min(others.since),
            from: self.from.min(others.from),
            to: self.to.max(others.to),
            is_schedule: self.is_schedule || others.is_schedule,
        }
    }
}

/// The dates that were computed again, and the settings of the company.
#[derive(Debug)]
pub(crate) struct Refreshed {
    /// The settings of the company.
    pub settings: Settings,
    /// The first date whose pay depends on the changed ones. Of an update, the first date with which signatures are compared.
    pub first: WorkDate,
}

impl Refreshed {
    /// Returns the dates before the period of a changed date whose pay depends on it.
    fn before(&self, changed: WorkDate) -> Vec<WorkDate> {
        let begin = self.settings.pay_period.map_or(self.first, |periods| periods.of(changed).first());
        (0..begin.days_since(self.first)).map(|days| self.first.plus_days(days)).collect()
    }
}

/// Updates the records of the dates whose pay depends on a person's dates, both included. Costs one read for a person without a pay
/// profile, and returns none for such a person, whose dates don't depend on each other.
pub(crate) async fn refresh(
    jobs: &Jobs,
    person: UserId,
    from: WorkDate,
    to: WorkDate,
) -> Result<Option<Refreshed>, Failure> {
    decide("the time to approve", person, || refreshed(jobs, person, from, to)).await
}

async fn refreshed(
    jobs: &Jobs,
    person: UserId,
    from: WorkDate,
    to: WorkDate,
) -> Result<Option<Refreshed>, CommitError> {
    if jobs.store.pay_profiles(person).await?.all().is_empty() {
        return Ok(None);
    }
    let inputs = jobs.store.affected_pay_inputs(person, from, to, jobs.clock.now()).await?;
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
    let first = inputs.from;
    Ok(Some(Refreshed { settings: inputs.attendance.settings.settings, first }))
}

/// Notes those of the dates that are closed, or are being closed, for the next timesheet, which pays their differences. Costs one
/// read if there are dates.
async fn note_closed(jobs: &Jobs, settings: &Settings, person: UserId, dates: &[WorkDate]) -> Result<(), CommitError> {
    let stamp = jobs.stamp();
    let timesheets = jobs.store.timesheets_on(person, settings, dates.iter().copied(), stamp.at).await?;
    let closed = timesheets.closed(dates.iter().copied());
    if closed.is_empty() {
        return Ok(());
    }
    let mut commit = Commit::without_event(stamp);
    commit.note_changed_dates(person, &closed)?;
    commit.send(&jobs.store).await
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
