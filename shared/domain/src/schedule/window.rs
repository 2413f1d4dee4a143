//! Clock-in windows of shifts.

use jiff::Timestamp;
use serde::Serialize;

use super::{Shift, shift::later};
use crate::settings::ClockInWindow;

/// The window in which a clock-in counts for a shift, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Window {
    /// The first instant.
    pub from: Timestamp,
    /// The last instant.
    pub until: Timestamp,
}

impl Window {
    /// The window from `start − before_minutes` to `start + after_minutes`. If `after_minutes` is absent, the window ends with
    /// the shift.
    pub fn around(shift: &Shift, rule: ClockInWindow) -> Self {
        Self {
            from: later(shift.start_at, -60 * rule.before_minutes.as_i64()),
            until: rule.after_minutes.map_or(shift.end_at, |after| later(shift.start_at, 60 * after.as_i64())),
        }
    }

    /// Whether the window includes a clock-in at that instant.
    pub fn holds(&self, at: Timestamp) -> bool {
        self.from <= at && at <= self.until
    }
}
