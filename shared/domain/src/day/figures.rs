//! The figures of a day, on which pay and leave are based.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Deadline, PresenceKind};
use crate::{id::SessionId, schedule::ShiftId};

/// All figures of a day at an instant, in whole seconds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figures {
    /// The day's attendance status.
    pub status: DayStatus,
    /// The person's presence, according to this day's sessions.
    pub presence: PresenceKind,
    /// The instant since which the presence applies: the open session's clock-in, the open break's start, otherwise the last
    /// clock-out.
    pub since: Option<Timestamp>,
    /// The figures of each shift, in the day's order.
    pub shifts: Vec<ShiftFigures>,
    /// The figures of each session, in the day's order.
    pub sessions: Vec<SessionFigures>,
    /// The time of closed sessions minus unpaid breaks, both recorded and automatic.
    pub worked_seconds: i64,
    /// Ended breaks, paid and unpaid, including those of the open session.
    pub break_seconds: i64,
    /// The unpaid part of the breaks.
    pub unpaid_break_seconds: i64,
    /// The automatically deducted break.
    pub auto_break_seconds: i64,
    /// The time to be worked.
    pub scheduled_seconds: i64,
    /// The lateness of all shifts together.
    pub late_seconds: i64,
    /// The time by which the shifts were left early, of all shifts together.
    pub early_leave_seconds: i64,
    /// The time worked beyond `scheduled_seconds`.
    pub overtime_seconds: i64,
    /// Overtime that doesn't count until a manager has reviewed the guessed end of a session, or work outside employment.
    pub withheld_overtime_seconds: i64,
    /// The flags of the day.
    pub flags: BTreeSet<Flag>,
    /// The next deadline at which a scheduled job must check the day. It may be in the past if the job hasn't run yet.
    pub deadline: Option<Deadline>,
}

/// The figures of a shift.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ShiftFigures {
    /// The shift's id.
    pub id: ShiftId,
    /// The shift's attendance status.
    pub status: ShiftStatus,
    /// The time from the shift's start to the clock-in, if the clock-in was after the grace period.
    pub late_seconds: i64,
    /// The time from the last clock-out to the shift's end, if the clock-out was before the grace period. Provisional until the
    /// end.
    pub early_leave_seconds: i64,
}

/// The figures of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionFigures {
    /// The session's id.
    pub id: SessionId,
    /// The length of the session minus unpaid breaks; 0 while it is open. The automatic deduction belongs to the day, not to a
    /// session.
    pub worked_seconds: i64,
    /// The session's ended breaks.
    pub break_seconds: i64,
}

/// The attendance status of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DayStatus {
    /// The person is expected, and may still arrive.
    Expected,
    /// The person attended a shift, or worked without one.
    Present,
    /// The person missed every shift.
    Absent,
    /// Leave covers all shifts.
    OnLeave,
    /// The person isn't expected.
    Off,
}

/// The attendance status of a shift.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ShiftStatus {
    /// The shift may still be attended.
    Expected,
    /// A session overlaps the shift.
    Attended,
    /// The shift ended, and no session overlaps it.
    Missed,
    /// Approved leave covers the shift.
    OnLeave,
}

/// A finding about a day that managers should review.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Flag {
    /// The person clocked in for a shift after its grace period.
    Late,
    /// The person left a shift before its grace period; provisional until the shift's end.
    LeftEarly,
    /// Lateness or absence is excused.
    Excused,
    /// A session that belongs to no shift.
    Unscheduled,
    /// A punch outside its site.
    OutsideGeofence,
    /// A punch lacks the photo that it should have.
    NoPhoto,
    /// The device's clock differed from the server's at a punch.
    ClockSkew,
    /// Rollcall closed a session.
    AutoClockedOut,
    /// A punch was received later than it was made.
    Offline,
    /// The end of a session was guessed without a shift.
    NeedsReview,
    /// The sessions were edited.
    Corrected,
    /// Breaks exceed the policy's maximum.
    BreaksTooLong,
    /// The person worked on leave.
    OnLeave,
    /// A clock-in outside the window of every shift.
    OutsideWindow,
    /// The person worked on a date on which they aren't employed. The work isn't overtime until a manager edits the day.
    OutsideEmployment,
}
