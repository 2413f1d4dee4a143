//! Leave that is approved or cancelled after its day is over.

use super::Day;
use crate::{
    id::LeaveRequestId,
    schedule::{DayKind, DayLeave, Planner, Shift, lay_leave},
};

impl Day {
    /// The day with leave, although the day no longer follows the schedule. Zone, department, policy and sessions stay. On a half
    /// that has other leave, the new leave replaces it.
    ///
    /// If the day still matches the schedule, it becomes the schedule's day with the leave. If the roster has changed since, the
    /// leave is applied to the shifts that the day stored.
    #[must_use]
    pub fn with_leave(&self, planner: &Planner<'_>, leave: &DayLeave) -> Self {
        if leave.half_days() == 0 {
            return self.clone();
        }
        self.by_own_schedule(planner, |planner| self.laid_over(planner, leave))
    }

    fn laid_over(&self, planner: &Planner<'_>, leave: &DayLeave) -> Self {
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

    /// The day without the leave of a cancelled request, in the same way as [`Day::with_leave`]. Returns `None` if the day has no
    /// such leave. Other leave that the schedule has on those halves replaces it.
    ///
    /// If the roster has changed since, the shifts that the day stored are expected again. If half a day of leave shortened a
    /// shift, the day stored only the remaining part, so the other half stays free.
    #[must_use]
    pub fn without_leave(&self, planner: &Planner<'_>, request: LeaveRequestId) -> Option<Self> {
        let before = self.leave()?;
        let kept = before.replacing(request, &DayLeave::default());
        if kept == *before {
            return None;
        }
        Some(self.by_own_schedule(planner, |planner| self.replaced_with(planner, request, before, &kept)))
    }

    /// The day with the leave of the schedule in place of that of a request. `kept` is the rest of the leave that the day has.
    fn replaced_with(
        &self,
        planner: &Planner<'_>,
        request: LeaveRequestId,
        before: &DayLeave,
        kept: &DayLeave,
    ) -> Self {
        let scheduled = planner.leave_on(self.date()).cloned().unwrap_or_default();
        let left = Some(before.replacing(request, &scheduled)).filter(|left| left.half_days() > 0);
        let as_planned = planner.assignment_with(self.date(), Some(before));
        if self.shifts() == as_planned.shifts && as_planned.leave.as_ref() == Some(before) {
            let after = planner.assignment_with(self.date(), left.as_ref());
            return self.clone().expecting(after.kind, after.shifts, after.leave);
        }
        if kept.half_days() > 0 {
            return self.clone().expecting(self.kind(), self.shifts().to_vec(), left);
        }
        let kind = if self.kind() == DayKind::Leave { DayKind::Workday } else { self.kind() };
        let expected = self.shifts().iter().map(|shift| Shift { on_leave: false, ..shift.clone() }).collect();
        let uncovered = self.clone().expecting(kind, expected, None);
        left.map_or_else(|| uncovered.clone(), |left| uncovered.with_leave(planner, &left))
    }
}
