//! Leave that is approved after its day is over.

use super::Day;
use crate::schedule::{Assignment, DayKind, DayLeave, lay_leave};

impl Day {
    /// The day with leave on it, though it no longer follows the schedule: zone, department, policy and what was done stay.
    ///
    /// `before` and `after` are the date by the schedule of now, without and with the leave. Where the day still is what
    /// the schedule says, it becomes what the schedule says; where the roster was changed since, the leave is laid over
    /// the shifts that the day kept.
    #[must_use]
    pub fn with_leave(&self, before: &Assignment, after: &Assignment, leave: &DayLeave) -> Self {
        if self.shifts() == before.shifts && self.leave() == before.leave.as_ref() {
            return self.clone().expecting(after.kind, after.shifts.clone(), after.leave.clone());
        }
        let (shifts, leave) = lay_leave(self.shifts().to_vec(), self.leave(), leave);
        let is_on_leave = !shifts.is_empty() && shifts.iter().all(|shift| shift.on_leave);
        let kind = if is_on_leave { DayKind::Leave } else { self.kind() };
        self.clone().expecting(kind, shifts, leave)
    }
}
