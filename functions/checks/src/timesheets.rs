//! Reminders of timesheets, by the settings `timesheet_reminders`. Runs along with `housekeeping`.
//!
//! Before a pay period ends, everyone with a timesheet is told. After the end, people who haven't submitted theirs are reminded,
//! and managers of timesheets that aren't approved. Each reminder is sent once for each period, up to three days late.

use std::collections::BTreeSet;

use domain::{
    calendar::WorkDate,
    event::{Fact, Subject, TimesheetFact, UnapprovedTimesheet},
    id::UserId,
    pay::{PayPeriod, PayPeriods, TimesheetStatus},
    scheduled_jobs::Check,
    settings::Settings,
    user::{User, UserStatus},
};
use store::{StoreError, people_lists::ListScope};

use crate::run::{Outcome, Run};

/// The number of people whom one event concerns, so that it stays well below the limit of EventBridge (256 KB).
const PAGE: usize = 200;
/// The number of days by which a reminder may be late.
const DAYS_LATE: i32 = 3;

/// The reminder of a pay period that is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Reminder {
    period: PayPeriod,
    has_ended: bool,
}

/// Sends the reminders that are due.
pub(crate) async fn remind(run: &Run) -> Result<Outcome, StoreError> {
    let settings = run.store.settings().await?.settings;
    let mut outcome = Outcome::NOTHING_TO_DO;
    for reminder in due(&settings, settings.time_zone.date_of(run.now)) {
        outcome = outcome.and(send_all(run, reminder).await?);
    }
    Ok(outcome)
}

/// The reminders that are due on a date.
fn due(settings: &Settings, today: WorkDate) -> Vec<Reminder> {
    let Some(periods) = settings.pay_period else { return Vec::new() };
    let days = |count: u32| i32::try_from(count).unwrap_or(0);
    let before = days(settings.timesheet_reminders.days_before_end.get());
    let after = days(settings.timesheet_reminders.days_after_end.get());
    let early = (before > 0).then(|| early_reminder(periods, today, before)).flatten();
    let late = (after > 0).then(|| late_reminder(periods, today, after)).flatten();
    early.into_iter().chain(late).collect()
}

/// The reminder before the end of the present period.
fn early_reminder(periods: PayPeriods, today: WorkDate, before: i32) -> Option<Reminder> {
    let period = periods.of(today);
    (period.last().days_since(today) <= before).then_some(Reminder { period, has_ended: false })
}

/// The reminder after the end of the period before.
fn late_reminder(periods: PayPeriods, today: WorkDate, after: i32) -> Option<Reminder> {
    let period = periods.of(periods.of(today).first().previous());
    let days = today.days_since(period.last());
    (after <= days && days <= after + DAYS_LATE).then_some(Reminder { period, has_ended: true })
}

/// Sends a reminder to everyone, unless that was done before.
async fn send_all(run: &Run, reminder: Reminder) -> Result<Outcome, StoreError> {
    let Reminder { period, has_ended } = reminder;
    let mut progress = run.store.timesheet_reminder(period, has_ended).await?;
    let mut outcome = Outcome::NOTHING_TO_DO;
    while !progress.is_done() {
        if run.is_over() {
            return Ok(outcome.unfinished());
        }
        let page = run.store.people_of_period(&ListScope::Everyone, progress.next(), PAGE, period).await?;
        let people = page.people;
        let facts = facts(run, reminder, &people).await?;
        let told = facts.len();
        let after = progress.after(page.next);
        let mut commit = run.commit(Subject::Check(Check::Housekeeping), facts)?;
        commit.keep_timesheet_reminder(period, has_ended, &progress, &after)?;
        if !commit.send_if_unchanged(&run.store).await? {
            // Another run is ahead and continues.
            return Ok(outcome);
        }
        progress = after;
        outcome = outcome.and(Outcome::of(people.len(), told));
    }
    Ok(outcome)
}

/// The facts of a reminder of some people.
async fn facts(run: &Run, reminder: Reminder, people: &[User]) -> Result<Vec<Fact>, StoreError> {
    let Reminder { period, has_ended } = reminder;
    if people.is_empty() {
        return Ok(Vec::new());
    }
    let timesheets = run.store.timesheets_of(people.iter().map(|person| person.id), period).await?;
    let disabled = people.iter().filter(|person| person.status == UserStatus::Disabled);
    let disabled: BTreeSet<UserId> = disabled.map(|person| person.id).collect();
    let (mut to_submit, mut to_approve) = (Vec::new(), Vec::new());
    for (person, timesheet) in timesheets {
        match timesheet.status {
            TimesheetStatus::Open | TimesheetStatus::Rejected if !disabled.contains(&person) => to_submit.push(person),
            // Somebody who left can't submit any more.
            TimesheetStatus::Open | TimesheetStatus::Rejected | TimesheetStatus::Submitted => {
                to_approve.push(UnapprovedTimesheet { user_id: person, period });
            }
            TimesheetStatus::Approved | TimesheetStatus::Closing | TimesheetStatus::Closed => {}
        }
    }
    let mut facts = Vec::new();
    if !to_submit.is_empty() {
        let fact = TimesheetFact::TimesheetsToSubmit { period, has_ended, people: to_submit };
        facts.push(Fact::Timesheet(fact));
    }
    if !to_approve.is_empty() {
        facts.push(Fact::Timesheet(TimesheetFact::TimesheetsToApprove { people: to_approve }));
    }
    Ok(facts)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn due_on(today: &str) -> Vec<(String, bool)> {
        let settings = Settings { pay_period: Some(PayPeriods::default()), ..Settings::default() };
        let reminders = due(&settings, today.parse().unwrap()).into_iter();
        reminders.map(|reminder| (reminder.period.to_string(), reminder.has_ended)).collect()
    }

    #[test]
    fn reminders_are_due_a_day_before_the_end_and_two_days_after_it() {
        let november = "2026-11-01..2026-11-30".to_owned();
        assert_eq!(due_on("2026-11-28"), []);
        assert_eq!(due_on("2026-11-29"), [(november.clone(), false)]);
        assert_eq!(due_on("2026-12-01"), []);
        assert_eq!(due_on("2026-12-02"), [(november.clone(), true)]);
        // A run that is late still sends the reminder.
        assert_eq!(due_on("2026-12-05"), [(november, true)]);
        assert_eq!(due_on("2026-12-06"), []);
    }

    #[test]
    fn without_pay_periods_nobody_is_reminded() {
        assert_eq!(due(&Settings::default(), "2026-11-30".parse().unwrap()), []);
    }
}
