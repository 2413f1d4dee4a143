//! Removes the signatures of timesheets whose figures have changed without a change of their days: by pay rules, pay profiles, pay
//! codes, leave types, sites, or by overtime of a week that begins in an earlier period.
//!
//! A change of a day removes the signatures of its period in its own transaction (`store::pay::closing`). A change of rules
//! concerns many timesheets, so they are compared afterwards. A signature that is made at the same time with the earlier figures
//! is found when its period is closed.

use domain::{
    calendar::WorkDate,
    id::UserId,
    pay::{PayPeriods, TimesheetStatus},
    settings::Settings,
};
use runtime::events::Failure;
use store::{
    CommitError,
    pay::timesheets::{TimesheetQuery, TimesheetSnapshot},
};

use crate::{context::Jobs, decisions::decide};

/// The number of days before today whose timesheets are compared. Earlier ones are compared when they are closed.
pub(crate) const DAYS_BACK: i32 = 400;

/// Compares a person's signed timesheets with their present figures, from the period of `from` on. Costs one query, and the reads
/// of a timesheet for each signed one that isn't closed. Costs nothing without pay periods.
pub(crate) async fn compare(jobs: &Jobs, settings: &Settings, person: UserId, from: WorkDate) -> Result<(), Failure> {
    let Some(periods) = settings.pay_period else { return Ok(()) };
    decide("the timesheets", person, || compared(jobs, periods, person, from)).await
}

async fn compared(jobs: &Jobs, periods: PayPeriods, person: UserId, from: WorkDate) -> Result<(), CommitError> {
    for timesheet in jobs.store.timesheets_from(person, periods.of(from)).await? {
        let is_signed = match timesheet.status {
            TimesheetStatus::Submitted | TimesheetStatus::Approved => true,
            TimesheetStatus::Open | TimesheetStatus::Rejected | TimesheetStatus::Closing | TimesheetStatus::Closed => {
                false
            }
        };
        if !is_signed {
            continue;
        }
        let query = TimesheetQuery { caller: None, person, period: timesheet.period, periods, repeat: None };
        let snapshot = jobs.store.timesheet_snapshot(&query, jobs.clock.now()).await?;
        if let Some(snapshot) = snapshot.filter(TimesheetSnapshot::is_outdated) {
            snapshot.void(jobs.stamp())?.send(&jobs.store).await?;
        }
    }
    Ok(())
}
