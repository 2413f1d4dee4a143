//! A type of leave: what it is called and by which rules it counts.

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
    /// Whether it is taken from a balance.
    pub counted: bool,
    /// Whether it is paid.
    pub paid: bool,
    /// How much of it a year has. None: of `annual` what the settings say, or the person's own allowance; of another
    /// counted type nothing but what managers give.
    pub annual_days: Option<LeaveAllowance>,
    /// When it is granted.
    pub accrual: Accrual,
    /// Whether half days of it may be taken.
    pub half_days: bool,
    /// Whether a holiday within it counts as a day of it.
    pub holidays_count: bool,
    /// How many days ago it may begin when it is asked for.
    pub backdate_days: Bounded<0, 366>,
    /// Whether it may come over other leave, which gets back the dates that both have: as sick leave over annual leave.
    /// A type that was stored before there was such a rule doesn't say; then it is as built in.
    #[serde(default)]
    #[schema(value_type = bool)]
    pub interrupts: Option<bool>,
}

/// When leave is granted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Accrual {
    /// The whole allowance at once.
    Yearly,
    /// A twelfth of it on the first day of each month of the leave year.
    Monthly,
}

impl LeaveType {
    /// Whether it is annual leave: what lateness is charged to, and what may be low.
    pub fn is_annual(&self) -> bool {
        self.code == LeaveTypeCode::annual()
    }

    /// Whether it may come over other leave.
    pub fn interrupts(&self) -> bool {
        self.interrupts.unwrap_or_else(|| Self::interrupts_as_built_in(&self.code))
    }

    /// Whether the type of that code comes over other leave where nothing else was said: sick leave does.
    pub fn interrupts_as_built_in(code: &LeaveTypeCode) -> bool {
        *code == LeaveTypeCode::sick()
    }

    /// What the company grants of it a year.
    pub fn allowance(&self, settings: &Settings) -> LeaveAllowance {
        if self.is_annual() { settings.annual_leave_days } else { self.annual_days.unwrap_or_default() }
    }

    /// What the person gets of it instead, where they have an allowance of their own.
    pub fn own_allowance(&self, person: &User) -> Option<LeaveAllowance> {
        person.annual_leave_days.filter(|_| self.is_annual())
    }
}
