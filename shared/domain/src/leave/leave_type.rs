//! Types of leave, each with its name and rules.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    bounded::Bounded,
    schedule::LeaveTypeCode,
    settings::{LeaveAllowance, Settings},
    text::Name,
    user::User,
};

/// A type of leave.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[expect(clippy::struct_excessive_bools, reason = "each is a rule of its own in the API")]
pub struct LeaveType {
    /// The code.
    pub code: LeaveTypeCode,
    /// The name.
    #[schema(value_type = String, min_length = 1, max_length = 100)]
    pub name: Name,
    /// Whether the leave is taken from a balance.
    pub counted: bool,
    /// Whether the leave is paid.
    pub paid: bool,
    /// The yearly allowance. Where it is absent, `annual` leave has the allowance of the settings, or the person's own; another
    /// counted type only has what managers give.
    pub annual_days: Option<LeaveAllowance>,
    /// The time at which the leave is granted.
    pub accrual: Accrual,
    /// Whether half days of the leave may be taken.
    pub half_days: bool,
    /// Whether a holiday within the leave counts as a day of it.
    pub holidays_count: bool,
    /// The number of days in the past at which the leave may begin when someone requests it.
    pub backdate_days: Bounded<0, 366>,
    /// Whether the leave may interrupt other leave, as sick leave interrupts annual leave. The other leave then gets back the
    /// dates that both have. The value is absent for types that were stored before this rule existed; the built-in rule applies
    /// to them.
    #[serde(default)]
    #[schema(value_type = bool)]
    pub interrupts: Option<bool>,
}

/// The time at which leave is granted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Accrual {
    /// The whole allowance is granted at once.
    Yearly,
    /// A twelfth of the allowance is granted on the first day of each month of the leave year.
    Monthly,
}

impl LeaveType {
    /// Returns whether the type is annual leave. Lateness is deducted from annual leave, and only annual leave has a low-balance
    /// threshold.
    pub fn is_annual(&self) -> bool {
        self.code == LeaveTypeCode::annual()
    }

    /// Returns whether the leave may interrupt other leave.
    pub fn interrupts(&self) -> bool {
        self.interrupts.unwrap_or_else(|| Self::interrupts_as_built_in(&self.code))
    }

    /// Returns whether the type of that code interrupts other leave by default. Sick leave does.
    pub fn interrupts_as_built_in(code: &LeaveTypeCode) -> bool {
        *code == LeaveTypeCode::sick()
    }

    /// Returns the company's yearly allowance of the type.
    pub fn allowance(&self, settings: &Settings) -> LeaveAllowance {
        if self.is_annual() { settings.annual_leave_days } else { self.annual_days.unwrap_or_default() }
    }

    /// Returns the person's own allowance, where they have one.
    pub fn own_allowance(&self, person: &User) -> Option<LeaveAllowance> {
        person.annual_leave_days.filter(|_| self.is_annual())
    }
}
