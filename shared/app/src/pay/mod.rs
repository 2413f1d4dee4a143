//! Pay: from codes, rules, cost centers and profiles, over segments and the approval of time, to timesheets, pay periods, time
//! accounts, pay runs and payroll templates. The domain has the rules in `domain::pay` (docs/rules.md#from-days-to-pay).

pub mod accounts;
pub mod approvals;
pub mod codes;
pub mod cost_centers;
pub mod periods;
pub mod preview;
pub mod profiles;
pub mod rules;
pub mod runs;
pub mod segments;
pub mod templates;
pub mod timesheets;

use answers::BlockedTimesheets;
use domain::pay::{Blocker, PayPeriod, TimesheetRefusal};

/// The reason why a change of pay is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PayRefusal {
    /// That time doesn't wait for a decision.
    NothingWaits,
    /// The company has no pay periods.
    NoPayPeriods,
    /// The pay period isn't over.
    PeriodNotOver,
    /// The pay period is closed, or being closed or opened.
    PeriodClosed,
    /// The pay period isn't closed.
    PeriodNotClosed,
    /// A later pay period is closed.
    LaterPeriodClosed(PayPeriod),
    /// Timesheets of the pay period aren't approved.
    TimesheetsNotApproved(BlockedTimesheets),
    /// The timesheet can't be signed before these items are settled.
    TimesheetBlocked(Vec<Blocker>),
    /// The state or the figures of the timesheet don't allow the change.
    Timesheet(TimesheetRefusal),
    /// Another pay run of the period is under way.
    RunUnderWay,
    /// The pay run isn't complete.
    RunNotDone,
    /// The company has the maximum number of pay rules.
    TooManyRules,
    /// Pay profiles name the pay rules.
    RulesInUse,
    /// The company has the maximum number of payroll templates.
    TooManyTemplates,
}
