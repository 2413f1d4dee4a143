//! Facts about timesheets and pay periods.

use serde::{Deserialize, Serialize};

use crate::{calendar::WorkDate, id::UserId, pay::PayPeriod};

/// Facts about timesheets and pay periods.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum TimesheetFact {
    /// A person submitted their timesheet.
    TimesheetSubmitted {
        /// The pay period.
        period: PayPeriod,
    },
    /// A manager approved a timesheet.
    TimesheetApproved {
        /// The pay period.
        period: PayPeriod,
    },
    /// A manager rejected a timesheet.
    TimesheetRejected {
        /// The pay period.
        period: PayPeriod,
    },
    /// The figures of a signed timesheet changed, so that its signatures are void.
    TimesheetVoided {
        /// The pay period.
        period: PayPeriod,
    },
    /// Days of a closed period changed. The person's earliest timesheet that isn't submitted yet pays the difference.
    DaysChangedAfterClose {
        /// The closed pay period.
        period: PayPeriod,
        /// The work dates.
        #[schema(min_items = 1)]
        dates: Vec<WorkDate>,
    },
    /// An admin closes a pay period. `jobs` closes the timesheets.
    PayPeriodClosing {
        /// The pay period.
        period: PayPeriod,
        /// Whether the work continues that an earlier event started.
        continues: bool,
    },
    /// A pay period is closed.
    PayPeriodClosed {
        /// The pay period.
        period: PayPeriod,
        /// The number of people whose timesheets aren't closed and follow later.
        left_out: u32,
    },
    /// An admin opens a closed pay period again. `jobs` opens the timesheets.
    PayPeriodReopening {
        /// The pay period.
        period: PayPeriod,
        /// Whether the work continues that an earlier event started.
        continues: bool,
    },
    /// A pay period is open again.
    PayPeriodReopened {
        /// The pay period.
        period: PayPeriod,
    },
    /// People are reminded of timesheets that they haven't submitted.
    TimesheetsToSubmit {
        /// The pay period.
        period: PayPeriod,
        /// Whether the period has ended, so that they can submit the timesheets.
        has_ended: bool,
        /// The people.
        people: Vec<UserId>,
    },
    /// Timesheets wait for approval. Each manager is notified of the people that they decide for.
    TimesheetsToApprove {
        /// The people.
        people: Vec<UnapprovedTimesheet>,
    },
}

/// A timesheet that waits for approval.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct UnapprovedTimesheet {
    /// The person.
    pub user_id: UserId,
    /// The pay period.
    pub period: PayPeriod,
}
