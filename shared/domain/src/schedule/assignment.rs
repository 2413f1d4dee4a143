//! The answer to "is this person expected on this date, and when?".

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{DayLeave, PlanCause, Shift};
use crate::{
    calendar::{WorkDate, Zone},
    holiday::Holiday,
};

/// What is expected of a person on a date.
#[derive(Debug, Clone, PartialEq)]
pub struct Assignment {
    /// The work date.
    pub date: WorkDate,
    /// The person's zone, in which the date begins and ends. A shift's own times are read in its site's.
    pub zone: Zone,
    /// What kind of day it is.
    pub kind: DayKind,
    /// The shifts in order of their start; on a half day what is left of them, on leave those it covers too.
    pub shifts: Vec<Shift>,
    /// The approved leave as far as it covers time in which the person would have been expected.
    pub leave: Option<DayLeave>,
    /// The holiday that holds for the person on that date, even where a manager made it a workday.
    pub holiday: Option<Holiday>,
    /// Why the date differs from the pattern, where it does.
    pub changed_by: Option<PlanCause>,
}

/// What kind of day it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DayKind {
    /// The person is expected.
    Workday,
    /// A day off by pattern, override or swap.
    WeeklyOff,
    /// A holiday on which nobody is expected.
    Holiday,
    /// Approved leave covers everything that was expected.
    Leave,
    /// Nobody expects anything: before hiring, after leaving, or of someone whose attendance isn't tracked.
    Unscheduled,
    /// A kind that a newer release of Rollcall has stored and this one doesn't know.
    #[serde(other)]
    Unknown,
}
