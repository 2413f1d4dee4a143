//! The deadline at which a scheduled job must check a day next.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Day, ShiftFigures, ShiftStatus};
use crate::schedule::{ShiftId, later};

/// An instant at which something about a day is due without a punch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Deadline {
    /// The instant.
    pub at: Timestamp,
    /// The kind of deadline.
    pub kind: DeadlineKind,
}

/// The kind of a deadline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum DeadlineKind {
    /// The grace period of a shift ends while the person is still out.
    Late {
        /// The shift's id.
        shift_id: ShiftId,
    },
    /// A shift ends that the person didn't attend, or left early.
    ShiftEnd {
        /// The shift's id.
        shift_id: ShiftId,
    },
    /// The open session closes as forgotten.
    AutoClose,
}

/// The scheduled job that handles a deadline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Due {
    /// A shift that the person should have attended or stayed in: the job `lateness`.
    Shift,
    /// A session that nobody closed: the job `close-day`.
    Session,
}

impl Due {
    /// The job that handles a deadline of that kind.
    pub const fn of(kind: DeadlineKind) -> Self {
        match kind {
            DeadlineKind::Late { .. } | DeadlineKind::ShiftEnd { .. } => Self::Shift,
            DeadlineKind::AutoClose => Self::Session,
        }
    }
}

/// The earliest deadline without a sent alert. It may be in the past if the scheduled job is late; then it is due now.
pub(super) fn next(day: &Day, figures: &[ShiftFigures], as_of: Timestamp) -> Option<Deadline> {
    let open = day.open_session();
    let auto_close = open.map(|session| Deadline { at: day.closes_at(session), kind: DeadlineKind::AutoClose });
    let of_shifts = day.shifts().iter().zip(figures).flat_map(|(shift, figures)| {
        let unattended = match figures.status {
            ShiftStatus::Expected | ShiftStatus::Missed => true,
            ShiftStatus::Attended | ShiftStatus::OnLeave => false,
        };
        let late = Deadline {
            at: later(shift.start_at, 60 * day.policy().late_grace_minutes.as_i64()),
            kind: DeadlineKind::Late { shift_id: shift.id },
        };
        // A person who is clocked in can't be missing. Whether they leave early is known when they clock out.
        let waits = unattended && open.is_none() && as_of < shift.end_at;
        let late = (waits && !day.told().not_arrived.contains(&shift.id)).then_some(late);

        let is_in = open.is_some_and(|session| session.clock_in.at < shift.end_at);
        let tells = !is_in && (unattended || figures.early_leave_seconds > 0);
        let end = Deadline { at: shift.end_at, kind: DeadlineKind::ShiftEnd { shift_id: shift.id } };
        let end = (tells && !day.told().ended.contains(&shift.id)).then_some(end);
        [late, end].into_iter().flatten()
    });
    of_shifts.chain(auto_close).min()
}
