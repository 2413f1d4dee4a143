//! The aggregate of attendance: one [`Day`] per person and work date.
//!
//! A day contains the expected shifts and the sessions with their punches and breaks. The pure function [`Day::figures`] computes
//! everything else. Punches change a day by the pure transitions of [`PunchContext`].

mod account;
mod aggregate;
mod auto_break;
mod board;
mod break_intervals;
mod change;
mod checking;
mod closing;
mod compute_figures;
mod deadline;
mod editing;
mod employment;
pub mod explanation;
mod figures;
mod flagged;
mod following;
mod offline;
mod own_schedule;
mod policy;
mod presence;
mod punch;
mod punching;
mod record;
mod retroactive_leave;
mod review;
mod session;
mod summary;
#[cfg(test)]
mod tests;
mod totals;
mod what_if;
mod worked;

pub use account::{AccountTerms, DayAccount};
pub use aggregate::Day;
pub use board::{BoardCounts, BoardLeave, BoardRow, BoardShift};
pub use change::DayChange;
pub use checking::Checked;
pub use deadline::{Deadline, DeadlineKind, Due};
pub use editing::{BreakTimes, DayDecision, Editor, NothingToExcuse, SessionTimes, Violation, dates_edited_with};
pub use employment::open_corrected;
pub use figures::{DayStatus, Figures, Flag, SessionFigures, ShiftFigures, ShiftStatus};
pub use flagged::{ClockInFlag, ClockInReview, FlaggedClockIn, NothingToReview, ReviewStatus, Verdict};
pub use following::follow_schedule;
pub use offline::{
    ClockCheck, DeviceClock, DeviceText, Merged, Monotonic, OfflineAction, OfflineBatch, OfflinePunch, OfflineRow,
    OpenDayMissing, RowOutcome, WaitReason, WaitingPunch,
};
pub use own_schedule::assignment_on;
pub use policy::{BreakCounting, DayPolicy};
pub use presence::{Presence, PresenceKind, PresenceState};
pub use punch::{Accuracy, Coordinates, Location, PlaceLabel, Punch, PunchAction, PunchDetails, Source};
pub use punching::{
    BreakEndRefusal, BreakStartRefusal, ClockInRefusal, ClockOutRefusal, ClockStatus, PunchContext, PunchRefusal,
    Punched, dates_needed,
};
pub use record::{AlertsSent, Edit, EditCause, Excuse, HistoryEntry, HistoryKind};
pub use review::ReviewReason;
pub use session::{Break, NamedCostCenter, Session};
pub use summary::{Bucket, Period, Summary};
pub use totals::{Month, MonthDelta, MonthTotals};
pub use worked::WorkedSpan;
