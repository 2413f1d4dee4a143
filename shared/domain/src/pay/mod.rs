//! Pay: the pay code of each second of work, the balances of time accounts, and the result of a pay period for payroll.
//!
//! The input is [`Day::worked_spans`](crate::day::Day::worked_spans). [`segments`] cuts these spans at the instants at which a
//! code or a premium begins or ends, by the [`rules`] of the person. This module never changes a day: pay is computed from what
//! was recorded.
//!
//! `store::pay` reads the inputs of a person and some dates; `functions/pay` has the API. docs/rules.md has the rules.

mod absence;
mod account;
#[cfg(test)]
mod account_tests;
mod code;
mod cost_center;
mod explanation;
mod period;
mod profile;
mod rules;
mod run;
mod segments;
mod settled_timesheets;
mod settlement;
#[cfg(test)]
mod tests;
mod timesheet;
#[cfg(test)]
mod timesheet_tests;

pub use absence::{Absence, absences, paid_absence_seconds};
pub use account::{
    AboveCap, AccountCause, AccountEntry, AccountMark, AccountPolicy, BelowFloor, DayCredit, balance, credit_entry,
};
pub use code::{Multiplier, PayCode, PayCodeDefinition, PayCodeKind, PayCodes};
pub use cost_center::CostCenter;
pub use explanation::{PayExplanation, explain_pay};
pub use period::{PayPeriod, PayPeriodKind, PayPeriodStatus, PayPeriods};
pub use profile::{CostCenterCode, PayProfile, PayProfiles, PersonnelNumber, contract_week};
pub use rules::{
    BeforeShift, OvertimePeriod, OvertimeRule, OvertimeThreshold, PayRules, PayRulesVersion, PayRulesVersions,
    PremiumDay, PremiumRule, RoundedTime, Rounding, RoundingMode, Stacking,
};
pub use run::PayRunStatus;
pub use segments::{
    Approval, ApprovalSubject, ApprovalVerdict, PassedThreshold, PayCalendar, PayDay, Payment, Segment, SegmentedDay,
    WorkPlace, affected_dates, affected_later_dates, segment_days,
};
pub use settled_timesheets::{Differences, SettledTimesheets};
pub use settlement::{SecondsByCode, Settled, SettlementLine};
pub use timesheet::{
    AfterClose, Blocker, ChangedDay, CostCenterSeconds, EffectOnTimesheet, FiguresHash, PeriodClosed, Rejection,
    Signature, Timesheet, TimesheetDay, TimesheetFigures, TimesheetRefusal, TimesheetStatus, accepts_no_more_punches,
    blockers_of_day,
};
