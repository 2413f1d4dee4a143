//! When the clockwork has to look at a day next.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Day, ShiftFigures, ShiftStatus};
use crate::schedule::{ShiftId, later};

/// An instant at which something about a day comes due by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Deadline {
    /// When.
    pub at: Timestamp,
    /// What.
    pub kind: DeadlineKind,
}

/// What comes due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum DeadlineKind {
    /// The grace period of a shift ends, and its person is still out.
    Late {
        /// Which shift.
        shift_id: ShiftId,
    },
    /// A shift ends that nobody attended, or that was left early.
    ShiftEnd {
        /// Which shift.
        shift_id: ShiftId,
    },
    /// The open session closes as forgotten.
    AutoClose,
}

/// Which schedule looks at what comes due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Due {
    /// A shift that somebody should have come to or stayed in: `lateness`.
    Shift,
    /// A session that nobody closed: `close-day`.
    Session,
}

impl Due {
    /// Which looks at a deadline of that kind.
    pub const fn of(kind: DeadlineKind) -> Self {
        match kind {
            DeadlineKind::Late { .. } | DeadlineKind::ShiftEnd { .. } => Self::Shift,
            DeadlineKind::AutoClose => Self::Session,
        }
    }
}

/// The earliest of what hasn't been told yet. It may lie in the past: then the clockwork is behind, and it is due now.
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
        // Whoever is in can't be missing, and what they leave early is known when they go.
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
