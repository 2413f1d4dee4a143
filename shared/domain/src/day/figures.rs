//! What follows from a day: the figures that pay, holidays and trust hang on.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Deadline, PresenceKind};
use crate::{id::SessionId, schedule::ShiftId};

/// All figures of a day at an instant, in whole seconds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figures {
    /// What became of the day.
    pub status: DayStatus,
    /// Where the person is, as far as this day's sessions tell.
    pub presence: PresenceKind,
    /// Since when: the open session's clock-in, the open break's start, or else the last clock-out.
    pub since: Option<Timestamp>,
    /// The figures of each shift, in the day's order.
    pub shifts: Vec<ShiftFigures>,
    /// The figures of each session, in the day's order.
    pub sessions: Vec<SessionFigures>,
    /// Closed sessions without unpaid breaks, taken and automatic.
    pub worked_seconds: i64,
    /// Breaks that ended, paid and unpaid, those of the open session included.
    pub break_seconds: i64,
    /// The part of them that isn't paid.
    pub unpaid_break_seconds: i64,
    /// The break that was taken off by itself.
    pub auto_break_seconds: i64,
    /// What is to be worked.
    pub scheduled_seconds: i64,
    /// The shifts' lateness together.
    pub late_seconds: i64,
    /// The time by which the shifts were left early, together.
    pub early_leave_seconds: i64,
    /// What was worked beyond `scheduled_seconds`.
    pub overtime_seconds: i64,
    /// Overtime that doesn't count until a manager has looked at the guessed end of a session, or at work outside
    /// employment.
    pub withheld_overtime_seconds: i64,
    /// What someone should know of the day.
    pub flags: BTreeSet<Flag>,
    /// When the clockwork has to look at the day next; possibly in the past, when it hasn't yet.
    pub deadline: Option<Deadline>,
}

/// The figures of a shift.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ShiftFigures {
    /// Which.
    pub id: ShiftId,
    /// What became of it.
    pub status: ShiftStatus,
    /// From its start to the clock-in, when that came after the grace period.
    pub late_seconds: i64,
    /// From the last clock-out to its end, when that came before the grace period. Provisional until the end.
    pub early_leave_seconds: i64,
}

/// The figures of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionFigures {
    /// Which.
    pub id: SessionId,
    /// Its length without unpaid breaks; 0 while it is open. The automatic deduction is the day's, not a session's.
    pub worked_seconds: i64,
    /// Its breaks that ended.
    pub break_seconds: i64,
}

/// The attendance status of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DayStatus {
    /// Someone is expected, and may still come.
    Expected,
    /// A shift was attended, or someone worked without one.
    Present,
    /// Every shift was missed.
    Absent,
    /// Leave covers all shifts.
    OnLeave,
    /// Nobody is expected.
    Off,
}

/// The attendance status of a shift.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ShiftStatus {
    /// It may still be attended.
    Expected,
    /// A session overlaps it.
    Attended,
    /// It ended, and no session overlaps it.
    Missed,
    /// Approved leave covers it.
    OnLeave,
}

/// A finding about a day that managers should look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Flag {
    /// A shift was begun after its grace period.
    Late,
    /// A shift was left before its grace period; provisional until its end.
    LeftEarly,
    /// Lateness or absence was forgiven.
    Excused,
    /// A session that belongs to no shift.
    Unscheduled,
    /// A punch outside its site.
    OutsideGeofence,
    /// A punch without the photo that it should have had.
    NoPhoto,
    /// A punch whose device had another time.
    ClockSkew,
    /// A session that Rollcall closed.
    AutoClockedOut,
    /// A punch that came later than it was made.
    Offline,
    /// A session whose end was guessed without a shift.
    NeedsReview,
    /// Someone changed the sessions.
    Corrected,
    /// More break than the policy allows.
    BreaksTooLong,
    /// Worked on leave.
    OnLeave,
    /// A clock-in outside the window of every shift.
    OutsideWindow,
    /// Worked on a date on which the person isn't employed; no overtime until somebody edits the day.
    OutsideEmployment,
}
