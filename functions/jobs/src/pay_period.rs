//! Closes and reopens the timesheets of a pay period, page by page.
//!
//! The period's item has the phase and the position. A page can be repeated: a timesheet that already has the state of the phase is
//! passed over, and who follows later is decided by the timesheets as they are after the page. So an invocation that stops at any
//! point is simply continued, and of two invocations the slower one stops.
//!
//! - `hold`: approved timesheets become `closing`, so that none of their days can change any more.
//! - `close`: the figures of each `closing` timesheet are computed again. If they have the hash that was approved, the timesheet is
//!   closed. Otherwise its signatures are removed, and the person follows later. Everyone whose timesheet isn't closed by then follows
//!   later.
//! - `reopen`: closed timesheets are approved again. Those whose days have changed since lose their signatures.
//!
//! People who are moved or renamed meanwhile can be missed by a phase, so the last one passes over all people twice.

use domain::{
    event::{Fact, Subject, TimesheetFact},
    id::{EventId, UserId},
    pay::{PayPeriod, PayPeriods, Timesheet, TimesheetRefusal, TimesheetStatus},
};
use futures_util::{StreamExt, TryStreamExt, stream};
use runtime::{Deadline, events::Failure};
use store::{
    Commit, CommitError, Condition, StoreError,
    pay::{
        periods::{PayPeriodRecord, PeriodPhase, PeriodWork},
        timesheets::TimesheetQuery,
    },
    people_lists::ListScope,
};

use crate::{
    context::{Jobs, RESERVE},
    decisions::MAX_DECISIONS,
};

/// The number of people in a page; the position is stored after each page.
const PAGE: usize = 25;
/// The number of people who are processed concurrently.
const CONCURRENCY: usize = 8;

/// Continues the work on a period from its stored position, until it is done or the invocation's time runs out.
pub(crate) async fn execute(jobs: &Jobs, period: PayPeriod, deadline: Deadline) -> Result<(), Failure> {
    let periods = jobs.store.settings().await.map_err(Failure::new)?.settings.pay_period.unwrap_or_default();
    let mut record = jobs.store.pay_period(period).await.map_err(Failure::new)?;
    while let Some(work) = record.work.clone() {
        let page = jobs.store.people_of_period(&ListScope::Everyone, work.next.clone(), PAGE, period);
        let page = page.await.map_err(Failure::new)?;
        let people: Vec<UserId> = page.people.iter().map(|person| person.id).collect();
        let left_out = match work.phase {
            PeriodPhase::Hold => hold(jobs, &record, &people).await,
            PeriodPhase::Close => close(jobs, &record, periods, &people).await,
            PeriodPhase::Reopen => reopen(jobs, period, periods, &people).await,
        };
        let left_out = left_out.map_err(|error| Failure::new(format!("the timesheets of {period}: {error}")))?;
        let after = record.after_page(&work, page.next, left_out, jobs.clock.now());
        let hands_on = after.work.is_some() && deadline.left() < RESERVE;
        match keep(jobs, &after, &work, hands_on).await {
            Ok(()) => record = after,
            // The event was delivered twice, and the other invocation is ahead: it continues.
            Err(CommitError::ConditionFailed(Condition::Version)) => return Ok(()),
            Err(error) => return Err(Failure::new(error)),
        }
        if hands_on {
            return Ok(());
        }
    }
    Ok(())
}

/// Stores the position of the work, with the event that hands over the rest or says that the work is done.
async fn keep(jobs: &Jobs, after: &PayPeriodRecord, work: &PeriodWork, hands_on: bool) -> Result<(), CommitError> {
    let period = after.period;
    let is_reopening = work.phase == PeriodPhase::Reopen;
    let fact = match (&after.work, is_reopening) {
        (None, false) => {
            let left_out = u32::try_from(after.left_out.len()).unwrap_or(u32::MAX);
            Some(TimesheetFact::PayPeriodClosed { period, left_out })
        }
        (None, true) => Some(TimesheetFact::PayPeriodReopened { period }),
        (Some(_), false) if hands_on => Some(TimesheetFact::PayPeriodClosing { period, continues: true }),
        (Some(_), true) if hands_on => Some(TimesheetFact::PayPeriodReopening { period, continues: true }),
        (Some(_), _) => None,
    };
    let mut commit = match fact {
        Some(fact) => Commit::new(jobs.stamp(), Subject::Pay, vec![Fact::Timesheet(fact)])?,
        None => Commit::without_event(jobs.stamp()),
    };
    commit.put_pay_period(after)?;
    commit.send(&jobs.store).await
}

/// Makes the approved timesheets of some people `closing`, in one transaction. Returns the people whose timesheets aren't
/// approved.
async fn hold(jobs: &Jobs, record: &PayPeriodRecord, people: &[UserId]) -> Result<Vec<UserId>, CommitError> {
    let wanted: Vec<UserId> = people.iter().copied().filter(|person| !record.left_out.contains(person)).collect();
    let mut lost = 0;
    loop {
        let timesheets = jobs.store.timesheets_of(wanted.iter().copied(), record.period).await?;
        let mut left_out = Vec::new();
        let mut held = Vec::new();
        for (person, timesheet) in &timesheets {
            match timesheet.closing() {
                Ok(closing) => held.push(closing),
                Err(TimesheetRefusal::Already(_)) => {}
                Err(
                    TimesheetRefusal::NotApproved | TimesheetRefusal::NotSubmitted | TimesheetRefusal::FiguresChanged,
                ) => left_out.push(*person),
            }
        }
        match put_all(jobs, &held).await {
            Ok(()) => return Ok(left_out),
            // A timesheet lost its approval meanwhile.
            Err(CommitError::ConditionFailed(_) | CommitError::Store(StoreError::Contended))
                if lost + 1 < MAX_DECISIONS =>
            {
                lost += 1;
            }
            Err(error) => return Err(error),
        }
    }
}

/// Puts timesheets in one transaction.
async fn put_all(jobs: &Jobs, timesheets: &[Timesheet]) -> Result<(), CommitError> {
    if timesheets.is_empty() {
        return Ok(());
    }
    let mut commit = Commit::without_event(jobs.stamp());
    timesheets.iter().try_for_each(|timesheet| commit.put_timesheet(timesheet))?;
    commit.send(&jobs.store).await
}

/// Closes the timesheets of some people that are `closing`. Returns the people whose timesheets aren't closed then: their figures
/// have changed since the approval, something blocks them, or they aren't approved.
async fn close(
    jobs: &Jobs,
    record: &PayPeriodRecord,
    periods: PayPeriods,
    people: &[UserId],
) -> Result<Vec<UserId>, CommitError> {
    let period = record.period;
    let mut timesheets = jobs.store.timesheets_of(people.iter().copied(), period).await?;
    let was_missed = |timesheet: &Timesheet| {
        timesheet.status == TimesheetStatus::Approved && !record.left_out.contains(&timesheet.user_id)
    };
    if timesheets.values().any(was_missed) {
        hold(jobs, record, people).await?;
        timesheets = jobs.store.timesheets_of(people.iter().copied(), period).await?;
    }
    let (mut held, mut left_out) = (Vec::new(), Vec::new());
    for (person, timesheet) in timesheets {
        match timesheet.status {
            TimesheetStatus::Closing => held.push(person),
            TimesheetStatus::Closed => {}
            TimesheetStatus::Open
            | TimesheetStatus::Submitted
            | TimesheetStatus::Approved
            | TimesheetStatus::Rejected => left_out.push(person),
        }
    }
    let decided = stream::iter(held).map(|person| close_one(jobs, person, period, periods));
    let decided: Vec<Closed> = decided.buffer_unordered(CONCURRENCY).try_collect().await?;
    let closed: Vec<Timesheet> = decided.iter().filter_map(|it| it.timesheet.clone()).collect();
    // Nobody else writes a timesheet while it is `closing`, except another invocation of this work, which is then ahead.
    match put_all(jobs, &closed).await {
        Ok(()) | Err(CommitError::ConditionFailed(Condition::Version)) => {}
        Err(error) => return Err(error),
    }
    left_out.extend(decided.into_iter().filter_map(|it| it.left_out));
    Ok(left_out)
}

/// The result of the comparison of a timesheet with its days.
struct Closed {
    /// The timesheet after the close; none if it isn't closed or was written already.
    timesheet: Option<Timesheet>,
    /// The person, if they follow later.
    left_out: Option<UserId>,
}

async fn close_one(jobs: &Jobs, person: UserId, period: PayPeriod, periods: PayPeriods) -> Result<Closed, CommitError> {
    let now = jobs.clock.now();
    let query = TimesheetQuery { caller: None, person, period, periods, repeat: None };
    let Some(snapshot) = jobs.store.timesheet_snapshot(&query, now).await? else {
        return Ok(Closed { timesheet: None, left_out: None });
    };
    match snapshot.timesheet.close(&snapshot.hash, now) {
        Ok(_) if !snapshot.blockers.is_empty() => {
            // Something waits for a decision since the approval: the timesheet is approved as before.
            let approved = snapshot.timesheet.reopen(false, now).ok();
            Ok(Closed { timesheet: approved, left_out: Some(person) })
        }
        Ok(closed) => Ok(Closed { timesheet: Some(closed), left_out: None }),
        Err(TimesheetRefusal::FiguresChanged) => {
            match snapshot.void(jobs.stamp())?.send(&jobs.store).await {
                // Another invocation was first.
                Ok(()) | Err(CommitError::ConditionFailed(Condition::Version)) => {}
                Err(error) => return Err(error),
            }
            Ok(Closed { timesheet: None, left_out: Some(person) })
        }
        Err(TimesheetRefusal::Already(_)) => Ok(Closed { timesheet: None, left_out: None }),
        Err(TimesheetRefusal::NotApproved | TimesheetRefusal::NotSubmitted) => {
            Ok(Closed { timesheet: None, left_out: Some(person) })
        }
    }
}

/// Opens the closed timesheets of some people in shared transactions. If another writer is first, each is opened in a transaction of
/// its own, so that a person whose items keep changing doesn't delay the others.
async fn reopen(
    jobs: &Jobs,
    period: PayPeriod,
    periods: PayPeriods,
    people: &[UserId],
) -> Result<Vec<UserId>, CommitError> {
    match reopen_together(jobs, period, periods, people).await {
        Err(CommitError::ConditionFailed(_) | CommitError::Store(StoreError::Contended)) => {}
        done => return done.map(|()| Vec::new()),
    }
    let opened = stream::iter(people.iter().copied()).map(|person| reopen_one(jobs, person, period, periods));
    opened.buffer_unordered(CONCURRENCY).try_collect::<Vec<()>>().await?;
    Ok(Vec::new())
}

async fn reopen_one(jobs: &Jobs, person: UserId, period: PayPeriod, periods: PayPeriods) -> Result<(), CommitError> {
    let mut lost = 0;
    loop {
        match reopen_together(jobs, period, periods, &[person]).await {
            Err(CommitError::ConditionFailed(Condition::Version)) if lost + 1 < MAX_DECISIONS => lost += 1,
            done => return done,
        }
    }
}

/// Opens timesheets with as few transactions as possible. Those that are open already are passed over.
async fn reopen_together(
    jobs: &Jobs,
    period: PayPeriod,
    periods: PayPeriods,
    people: &[UserId],
) -> Result<(), CommitError> {
    let now = jobs.clock.now();
    let snapshots = jobs.store.reopening_snapshots(people, period, periods, now).await?;
    let mut commits: Vec<Commit> = Vec::new();
    for reopening in snapshots.into_iter().filter_map(|snapshot| snapshot.reopening(now)) {
        if commits.last().is_none_or(|commit| commit.room() < reopening.actions()) {
            commits.push(Commit::without_event(jobs.stamp()));
        }
        if let Some(commit) = commits.last_mut() {
            commit.reopen_timesheet(&reopening, EventId::generate(now, &*jobs.entropy))?;
        }
    }
    for commit in commits {
        commit.send(&jobs.store).await?;
    }
    Ok(())
}
