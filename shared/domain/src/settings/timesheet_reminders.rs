//! The reminders to submit and approve timesheets.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::bounded::Bounded;

/// The dates on which people are reminded of their timesheets, and managers of those that they haven't approved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct TimesheetReminders {
    /// The number of days before the last date of a pay period on which people are told that the period ends; 0 for never.
    pub days_before_end: Bounded<0, 14>,
    /// The number of days after the last date of a pay period on which people who haven't submitted their timesheets are
    /// reminded, and managers of timesheets that aren't approved; 0 for never.
    pub days_after_end: Bounded<0, 14>,
}

impl Default for TimesheetReminders {
    fn default() -> Self {
        Self { days_before_end: Bounded::constant::<1>(), days_after_end: Bounded::constant::<2>() }
    }
}
