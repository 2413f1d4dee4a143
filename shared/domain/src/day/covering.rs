//! Leave that is approved after its day is over.

use super::Day;
use crate::schedule::{DayKind, DayLeave, Planner, lay_leave};

impl Day {
    /// The day with leave on it, though it no longer follows the schedule: zone, department, policy and what was done stay.
    /// On a half that other leave has, the new one takes its place.
    ///
    /// Where the day still is what the schedule says, it becomes what the schedule says with the leave; where the roster was
    /// changed since, the leave is laid over the shifts that the day kept.
    #[must_use]
    pub fn with_leave(&self, planner: &Planner<'_>, leave: &DayLeave) -> Self {
        if leave.half_days() == 0 {
            return self.clone();
        }
        let all = self.leave().map_or_else(|| leave.clone(), |earlier| leave.over(earlier));
        let as_planned = planner.assignment_with(self.date(), self.leave());
        if self.shifts() == as_planned.shifts && self.leave() == as_planned.leave.as_ref() {
            let after = planner.assignment_with(self.date(), Some(&all));
            return self.clone().expecting(after.kind, after.shifts, after.leave);
        }
        let (shifts, leave) = lay_leave(self.shifts().to_vec(), self.leave(), leave);
        let is_on_leave = !shifts.is_empty() && shifts.iter().all(|shift| shift.on_leave);
        let kind = if is_on_leave { DayKind::Leave } else { self.kind() };
        self.clone().expecting(kind, shifts, leave)
    }
}
