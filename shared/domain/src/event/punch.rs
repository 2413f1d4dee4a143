//! Facts about punches, and what they show: lateness, early leave and flags.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    calendar::WorkDate,
    day::ClockInFlag,
    id::{BreakId, SessionId},
};

/// Facts about punches, and what they show: lateness, early leave and flags.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum PunchFact {
    /// Someone clocked in.
    ClockedIn {
        /// The work date that the session counts for.
        date: WorkDate,
        /// The session that began.
        session_id: SessionId,
        /// The instant of the clock-in.
        #[schema(value_type = String, format = "date-time")]
        at: Timestamp,
    },
    /// Someone clocked out.
    ClockedOut {
        /// The work date that the session counts for.
        date: WorkDate,
        /// The session that ended.
        session_id: SessionId,
        /// The instant of the clock-out.
        #[schema(value_type = String, format = "date-time")]
        at: Timestamp,
    },
    /// A break began.
    BreakStarted {
        /// The work date that the session counts for.
        date: WorkDate,
        /// The session that the break interrupts.
        session_id: SessionId,
        /// The break.
        break_id: BreakId,
        /// The instant at which the break began.
        #[schema(value_type = String, format = "date-time")]
        at: Timestamp,
    },
    /// A break ended, on its own or together with its session.
    BreakEnded {
        /// The work date that the session counts for.
        date: WorkDate,
        /// The session that the break interrupted.
        session_id: SessionId,
        /// The break.
        break_id: BreakId,
        /// The instant at which the break ended.
        #[schema(value_type = String, format = "date-time")]
        at: Timestamp,
    },
    /// The cost center of the work in a session changed.
    CostCenterSwitched {
        /// The work date that the session counts for.
        date: WorkDate,
        /// The session.
        session_id: SessionId,
        /// The instant from which work is assigned to the other cost center.
        #[schema(value_type = String, format = "date-time")]
        at: Timestamp,
    },
    /// A clock-in came after the grace period of its shift.
    Late {
        /// The work date.
        date: WorkDate,
        /// The id of the shift.
        shift_id: String,
        /// The lateness in seconds, counted from the start of the shift.
        late_seconds: i64,
    },
    /// A forgotten session was closed automatically.
    AutoClockedOut {
        /// The work date.
        date: WorkDate,
        /// The session that was closed.
        session_id: SessionId,
        /// The instant at which the session ends.
        #[schema(value_type = String, format = "date-time")]
        at: Timestamp,
    },
    /// A clock-in outside the window of every shift, or during leave, was accepted and waits for a manager's review.
    ClockInFlagged {
        /// The work date.
        date: WorkDate,
        /// The session that began.
        session_id: SessionId,
        /// The reason for the flag.
        reason: ClockInFlag,
    },
    /// Someone clocked out before the end of their shift.
    LeftEarly {
        /// The work date.
        date: WorkDate,
        /// The id of the shift.
        shift_id: String,
        /// The number of seconds before the end of the shift.
        early_leave_seconds: i64,
    },
}
