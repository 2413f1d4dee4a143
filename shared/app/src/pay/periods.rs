//! Pay periods: admins close a period and open it again. `jobs` then closes or opens its timesheets.

use std::collections::{BTreeMap, BTreeSet};

use answers::{BlockedTimesheets, blocked_timesheets::BlockedTimesheet};
use domain::{
    FieldRule,
    event::{Fact, Subject, TimesheetFact},
    id::UserId,
    pay::{PayPeriod, PayPeriodStatus, PayPeriods, TimesheetStatus},
    text::Reason,
};
use futures_util::{StreamExt, TryStreamExt, stream};
use store::{
    Commit, Store, StoreError,
    pay::{
        periods::{PayPeriodRecord, Reopening},
        timesheets::TimesheetQuery,
    },
    people_lists::ListScope,
    settings::VersionedSettings,
};

use super::PayRefusal;
use crate::{Denied, Failed, Ports, Prepared, Refusal, Request, authorization, use_case::check_caller};

/// The maximum number of people who can be left out.
const MAX_LEFT_OUT: usize = 500;
/// The number of people that one read returns.
const PAGE: usize = 200;
/// The number of reads after which the check ends. `jobs` leaves out the people beyond whose timesheets aren't approved.
const MAX_PAGES: usize = 25;
/// The maximum number of people that a refusal lists.
const MAX_LISTED: usize = 100;
/// The number of people whose blockers are read at the same time.
const CONCURRENCY: usize = 8;

/// A pay period of the company.
#[derive(Debug, Clone, Copy)]
pub struct CompanyPeriod {
    /// The period.
    pub period: PayPeriod,
    /// The company's pay periods.
    pub periods: PayPeriods,
}

impl CompanyPeriod {
    /// Returns a period of the company by its id.
    ///
    /// # Errors
    /// The company has no pay periods, or the period isn't one of them.
    pub async fn named(store: &Store, period: PayPeriod) -> Result<Self, Failed> {
        Ok(Self::of(&store.settings().await?, period)?)
    }

    fn of(settings: &VersionedSettings, period: PayPeriod) -> Result<Self, Refusal> {
        let periods = pay_periods(settings)?;
        if periods.contain(period) { Ok(Self { period, periods }) } else { Err(Denied::NotFound.into()) }
    }
}

/// Returns the company's pay periods.
pub(super) fn pay_periods(settings: &VersionedSettings) -> Result<PayPeriods, PayRefusal> {
    settings.settings.pay_period.ok_or(PayRefusal::NoPayPeriods)
}

/// Returns the pay periods that end in a calendar year, in order.
///
/// # Errors
/// The company has no pay periods.
pub async fn of_year(store: &Store, year: i16) -> Result<Vec<PayPeriodRecord>, Failed> {
    let of_year = pay_periods(&store.settings().await?)?.of_year(year);
    let stored = match of_year.first().zip(of_year.last()) {
        Some((first, last)) => store.pay_periods(*first, Some(*last)).await?,
        None => Vec::new(),
    };
    let mut stored: BTreeMap<PayPeriod, PayPeriodRecord> =
        stored.into_iter().map(|record| (record.period, record)).collect();
    let record = |period: PayPeriod| stored.remove(&period).unwrap_or_else(|| PayPeriodRecord::open(period));
    Ok(of_year.into_iter().map(record).collect())
}

/// Begins to close a pay period. All timesheets must be approved, except those of the people in `left_out`, who follow later.
///
/// # Errors
/// The caller isn't an admin, the period isn't over, it is closed already, or timesheets aren't approved.
pub async fn close(
    request: &Request<'_>,
    period: PayPeriod,
    left_out: &BTreeSet<UserId>,
) -> Result<Prepared<PayPeriodRecord>, Failed> {
    let Request { ports, caller, .. } = *request;
    authorization::must_be_admin(caller)?;
    let rule = FieldRule::ItemsAtMost { max: MAX_LEFT_OUT as u64 };
    Refusal::unless_valid([(MAX_LEFT_OUT < left_out.len(), "leave_out", rule)])?;
    check_caller(request).await?;
    let settings = ports.store.settings().await?;
    let named = CompanyPeriod::of(&settings, period)?;
    if settings.settings.time_zone.date_of(ports.now) <= period.last() {
        return Err(PayRefusal::PeriodNotOver.into());
    }
    let record = ports.store.pay_period(period).await?;
    let is_done = match record.status {
        PayPeriodStatus::Open => false,
        PayPeriodStatus::Closing => true,
        PayPeriodStatus::Closed => record.left_out.is_empty(),
    };
    if is_done {
        return Err(PayRefusal::PeriodClosed.into());
    }
    check_approved(&ports, named, left_out).await?;
    let closing = record.closing(caller.user_id, left_out.iter().copied().collect());
    let fact = TimesheetFact::PayPeriodClosing { period, continues: false };
    work_begins(request, &settings, (&record, closing), (fact, "pay_period_closing"))
}

/// Begins to open the last closed pay period again.
///
/// # Errors
/// The caller isn't an admin, the period isn't closed, or a later period is closed.
pub async fn reopen(
    request: &Request<'_>,
    period: PayPeriod,
    reason: &Reason,
) -> Result<Prepared<PayPeriodRecord>, Failed> {
    let Request { ports, caller, .. } = *request;
    authorization::must_be_admin(caller)?;
    check_caller(request).await?;
    let settings = ports.store.settings().await?;
    let CompanyPeriod { period, periods } = CompanyPeriod::of(&settings, period)?;
    let record = ports.store.pay_period(period).await?;
    match record.status {
        PayPeriodStatus::Closed => {}
        PayPeriodStatus::Open | PayPeriodStatus::Closing => return Err(PayRefusal::PeriodNotClosed.into()),
    }
    let later = ports.store.pay_periods(periods.of(period.last().next()), None).await?;
    if let Some(later) = later.iter().rev().find(|later| later.status != PayPeriodStatus::Open) {
        return Err(PayRefusal::LaterPeriodClosed(later.period).into());
    }
    let reopening = record.reopening(Reopening { by: caller.user_id, at: ports.now, reason: reason.clone() });
    let fact = TimesheetFact::PayPeriodReopening { period, continues: false };
    work_begins(request, &settings, (&record, reopening), (fact, "pay_period_reopening"))
}

/// Prepares the start of the job that closes a period or opens it again: the period and the job's first event. `action` is the
/// audit's name of the change.
fn work_begins(
    request: &Request<'_>,
    settings: &VersionedSettings,
    (before, after): (&PayPeriodRecord, PayPeriodRecord),
    (fact, action): (TimesheetFact, &str),
) -> Result<Prepared<PayPeriodRecord>, Failed> {
    let mut commit = Commit::new(request.stamp(), Subject::Pay, vec![Fact::Timesheet(fact)])?;
    commit.audit(Subject::Pay, action, Some(before), Some(&after))?;
    commit.begin_pay_period_work(&after, settings)?;
    let version = after.version;
    Ok(Prepared { commit, answer: after, version })
}

/// Checks that the timesheets of all people of the period are approved or closed, except those that are left out.
async fn check_approved(ports: &Ports<'_>, named: CompanyPeriod, left_out: &BTreeSet<UserId>) -> Result<(), Failed> {
    let CompanyPeriod { period, .. } = named;
    let mut blocked: Vec<BlockedTimesheet> = Vec::new();
    let mut count: u64 = 0;
    let mut position = None;
    for _ in 0..MAX_PAGES {
        let page = ports.store.people_of_period(&ListScope::Everyone, position, PAGE, period).await?;
        let timesheets = ports.store.timesheets_of(page.people.iter().map(|person| person.id), period).await?;
        for person in page.people.iter().filter(|person| !left_out.contains(&person.id)) {
            let status = timesheets.get(&person.id).map_or(TimesheetStatus::Open, |timesheet| timesheet.status);
            let is_ready = match status {
                TimesheetStatus::Approved | TimesheetStatus::Closing | TimesheetStatus::Closed => true,
                TimesheetStatus::Open | TimesheetStatus::Submitted | TimesheetStatus::Rejected => false,
            };
            if is_ready {
                continue;
            }
            count += 1;
            if blocked.len() < MAX_LISTED {
                let user_name = person.full_name.to_string();
                blocked.push(BlockedTimesheet { user_id: person.id, user_name, status, blockers: Vec::new() });
            }
        }
        position = page.next;
        if position.is_none() {
            break;
        }
    }
    if blocked.is_empty() {
        return Ok(());
    }
    // Takes the reads of a timesheet for each listed person.
    let reads: Vec<_> = blocked.into_iter().map(|timesheet| with_blockers(ports, named, timesheet)).collect();
    let people = stream::iter(reads).buffered(CONCURRENCY).try_collect().await?;
    Err(PayRefusal::TimesheetsNotApproved(BlockedTimesheets { count, people }).into())
}

/// Adds what blocks it to a timesheet.
async fn with_blockers(
    ports: &Ports<'_>,
    CompanyPeriod { period, periods }: CompanyPeriod,
    timesheet: BlockedTimesheet,
) -> Result<BlockedTimesheet, StoreError> {
    let query = TimesheetQuery { caller: None, person: timesheet.user_id, period, periods, repeat: None };
    let snapshot = ports.store.timesheet_snapshot(&query, ports.now).await?;
    let blockers = snapshot.map(|snapshot| snapshot.blockers).unwrap_or_default();
    Ok(BlockedTimesheet { blockers, ..timesheet })
}
