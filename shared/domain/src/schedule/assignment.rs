//! The assignment of a person on a date: whether they are expected, and when.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{DayLeave, PlanCause, Shift};
use crate::{
    calendar::{WorkDate, Zone},
    holiday::Holiday,
};

/// The shifts and the kind of day of a person on a date.
#[derive(Debug, Clone, PartialEq)]
pub struct Assignment {
    /// The work date.
    pub date: WorkDate,
    /// The person's time zone, in which the date begins and ends. A shift's own times are in its site's zone.
    pub zone: Zone,
    /// The kind of day.
    pub kind: DayKind,
    /// The shifts, in order of their start. On a half day, shifts are shortened to the remaining part. On leave, shifts that the
    /// leave covers are included.
    pub shifts: Vec<Shift>,
    /// The approved leave, if it covers time in which the person would have been expected.
    pub leave: Option<DayLeave>,
    /// The person's holiday on that date, even if a manager made the date a workday.
    pub holiday: Option<Holiday>,
    /// The reason why the date differs from the pattern, if it does.
    pub changed_by: Option<PlanCause>,
}

/// The kind of a day in a person's schedule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DayKind {
    /// The person is expected.
    Workday,
    /// A day off by pattern, override or swap.
    WeeklyOff,
    /// A public holiday on which the person isn't expected.
    Holiday,
    /// Approved leave covers all shifts of the date.
    Leave,
    /// The person has no schedule: they aren't employed on that date, or their attendance isn't tracked.
    Unscheduled,
    /// A kind that a newer release of Rollcall has stored and that this release doesn't know.
    #[serde(other)]
    Unknown,
}
