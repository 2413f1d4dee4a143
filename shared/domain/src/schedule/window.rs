//! When a shift may be clocked in to.

use jiff::Timestamp;
use serde::Serialize;

use super::{Shift, shift::later};
use crate::settings::ClockInWindow;

/// From when until when a clock-in is taken for a shift, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Window {
    /// The first instant.
    pub from: Timestamp,
    /// The last instant.
    pub until: Timestamp,
}

impl Window {
    /// From `start − before_minutes` to `start + after_minutes` (absent: the shift's end).
    pub fn around(shift: &Shift, rule: ClockInWindow) -> Self {
        Self {
            from: later(shift.start_at, -60 * rule.before_minutes.as_i64()),
            until: rule.after_minutes.map_or(shift.end_at, |after| later(shift.start_at, 60 * after.as_i64())),
        }
    }

    /// Whether a clock-in at that instant is taken.
    pub fn holds(&self, at: Timestamp) -> bool {
        self.from <= at && at <= self.until
    }
}
