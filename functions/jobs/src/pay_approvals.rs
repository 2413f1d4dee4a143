//! Keeps the time of dates that waits for approval up to date, so that managers find it among their approvals.
//!
//! The time account follows the same pay ([`time_accounts`]), and so do signatures of timesheets ([`signatures`]).
//!
//! Pay is computed when it is read, but a list of a department's waiting time can't be. So when a day, a pay profile or pay
//! rules change, the segments of the dates that depend on it are computed, and the record of each date whose waiting time differs is written.

use std::collections::BTreeSet;

use domain::{
    calendar::{DateRange, WorkDate, Zone},
    event::{Fact, PayFact, Subject},
    id::UserId,
    pay::{PayPeriod, SegmentedDay},
    settings::Settings,
    user::User,
};
use jiff::Timestamp;
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
/// period of the earliest `since` on. Dates of other periods that are closed, and whose pay depends on the changed ones, become
/// differences. Signatures are compared once for all ranges. Costs one read for a person without a pay profile, and nothing without
/// ranges.
pub(crate) async fn follow(jobs: &Jobs, person: UserId, ranges: &[ChangedPay]) -> Result<(), Failure> {
    follow_holidays(jobs, person, ranges, &BTreeSet::new()).await
}

/// Does the same as [`follow`] for ranges with holidays that were added or removed. Dates whose work reaches into one of the
/// holidays are updated too.
pub(crate) async fn follow_holidays(
    jobs: &Jobs,
    person: UserId,
    ranges: &[ChangedPay],
    holidays: &BTreeSet<WorkDate>,
) -> Result<(), Failure> {
    match update(jobs, person, ranges, holidays).await? {
        Some(updated) => signatures::compare(jobs, &updated.settings, person, updated.first).await,
        None => Ok(()),
    }
}

/// Does the same as [`follow_holidays`] without signatures. Returns none if there are no ranges, or if the person has no pay profile.
pub(crate) async fn update(
    jobs: &Jobs,
    person: UserId,
    ranges: &[ChangedPay],
    holidays: &BTreeSet<WorkDate>,
) -> Result<Option<Refreshed>, Failure> {
    let mut updated: Option<Refreshed> = None;
    for changed in ranges.iter().copied() {
        let dates = DateRange { from: changed.from, to: changed.to };
        let holidays = holidays.iter().copied().filter(|holiday| dates.contains(*holiday)).collect();
        // A person without a pay profile has none for the other ranges either.
        let Some(affected) = refresh(jobs, person, dates, &holidays).await? else { break };
        decide("the timesheets", person, || note_closed(jobs, person, changed, &affected)).await?;
        if affected.has_contract && changed.cause == PayCause::Schedule {
            time_accounts::rebook_weeks(jobs, person, dates).await?;
        }
        let first = changed.since.min(affected.first);
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
    /// The instant of the change.
    pub changed_at: Timestamp,
    /// What has changed.
    pub cause: PayCause,
}

/// The cause of a change of pay. Of several causes, the last one counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum PayCause {
    /// The pay profile. Closed timesheets keep what they paid.
    Profile,
    /// The work, or a decision about it.
    Work,
    /// The scheduled time, as by leave or a roster. Thresholds of scheduled time change for earlier dates too.
    Schedule,
}

impl ChangedPay {
    /// The dates of leave, a holiday, a roster or an employment: they have other scheduled time. `None` if all of them are after the
    /// present pay period, or too long ago.
    pub(crate) fn of_schedule(first: WorkDate, last: WorkDate, today: WorkDate, changed_at: Timestamp) -> Option<Self> {
        let from = first.max(today.plus_days(-signatures::DAYS_BACK));
        let to = last.min(today.plus_days(DAYS_AHEAD));
        (from <= to).then_some(Self { since: from, from, to, changed_at, cause: PayCause::Schedule })
    }

    /// The present and later dates of the present pay period. They have other scheduled time after a change of the settings or of a
    /// profile. `today` is the date in UTC, and it can be yesterday elsewhere.
    pub(crate) fn from_today(today: WorkDate, changed_at: Timestamp) -> Option<Self> {
        Self::of_schedule(today.previous(), WorkDate::MAX, today, changed_at)
    }

    /// Returns the dates with others and those between them.
    pub(crate) fn with(self, others: Self) -> Self {
        Self {
            since: self.since.min(others.since),
            from: self.from.min(others.from),
            to: self.to.max(others.to),
            changed_at: self.changed_at.min(others.changed_at),
            cause: self.cause.max(others.cause),
        }
    }
}

/// The dates that were computed again, and the settings of the company.
#[derive(Debug)]
pub(crate) struct Refreshed {
    /// The settings of the company.
    pub settings: Settings,
    /// The first date that was computed again. Of an update, the first date with which signatures are compared.
    pub first: WorkDate,
    /// The dates before the period of the first changed date whose pay depends on it, if the change is one of scheduled time.
    earlier: Vec<WorkDate>,
    /// The dates of later periods whose pay depends on changed dates, each range with the period of these changed dates.
    later: Vec<(PayPeriod, DateRange)>,
    /// The dates whose work reaches into a changed holiday.
    reaching: BTreeSet<WorkDate>,
    /// Whether the person has or had a time account whose target is a contract's weekly time.
    has_contract: bool,
}

/// Updates the records of the dates whose pay depends on a person's dates, both included. `holidays` are those of the dates that were
/// added to the holidays or removed. Costs one read for a person without a pay profile, and returns none for such a person, whose
/// dates don't depend on each other.
pub(crate) async fn refresh(
    jobs: &Jobs,
    person: UserId,
    dates: DateRange,
    holidays: &BTreeSet<WorkDate>,
) -> Result<Option<Refreshed>, Failure> {
    decide("the time to approve", person, || refreshed(jobs, person, dates, holidays)).await
}

async fn refreshed(
    jobs: &Jobs,
    person: UserId,
    dates: DateRange,
    holidays: &BTreeSet<WorkDate>,
) -> Result<Option<Refreshed>, CommitError> {
    if jobs.store.pay_profiles(person).await?.all().is_empty() {
        return Ok(None);
    }
    let inputs = jobs.store.affected_pay_inputs(person, dates, holidays, jobs.clock.now()).await?;
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
    let DateRange { from, to } = dates;
    let first_affected = inputs.affected_dates(from, to).0;
    let begin = inputs.periods.of(from).first();
    Ok(Some(Refreshed {
        first: inputs.from,
        earlier: (0..begin.days_since(first_affected)).map(|days| first_affected.plus_days(days)).collect(),
        later: inputs.affected_later_dates(from, to),
        reaching: inputs.dates_reaching_into(holidays),
        has_contract: inputs.profiles.has_contract(),
        settings: inputs.attendance.settings.settings,
    }))
}

/// Notes dates of other periods whose pay a change has moved, for the next timesheet, which pays their differences. Only dates whose
/// timesheet is closed, or is being closed, are noted. The transaction of the change has noted the changed dates themselves. Costs one
/// read if there are such dates.
async fn note_closed(
    jobs: &Jobs,
    person: UserId,
    changed: ChangedPay,
    affected: &Refreshed,
) -> Result<(), CommitError> {
    let stamp = jobs.stamp();
    let today = Zone::UTC.date_of(stamp.at);
    let (earlier, later): (&[WorkDate], &[(PayPeriod, DateRange)]) = match changed.cause {
        PayCause::Profile => (&[], &[]),
        PayCause::Work => (&[], &affected.later),
        PayCause::Schedule => (&affected.earlier, &affected.later),
    };
    let moved: BTreeSet<WorkDate> = earlier.iter().chain(&affected.reaching).copied().collect();
    // The timesheet of a period that begins after today can't be closed.
    let later: Vec<&(PayPeriod, DateRange)> = later.iter().filter(|(_, dates)| dates.from <= today).collect();
    let of_later = later.iter().flat_map(|(period, dates)| dates.each().chain([period.last()]));
    let needed: BTreeSet<WorkDate> = moved.iter().copied().chain(of_later).collect();
    let timesheets = jobs.store.timesheets_on(person, &affected.settings, needed, stamp.at).await?;
    let mut closed = timesheets.closed(moved);
    for (period, dates) in later {
        // If the changed dates were closed too, they are noted, and the next timesheet compares all dates that depend on them.
        if !timesheets.was_closed_before(*period, changed.changed_at) {
            closed.extend(timesheets.closed(dates.each()));
        }
    }
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
