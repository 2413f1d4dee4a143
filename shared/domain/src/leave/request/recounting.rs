//! Recounts of leave after a change of a holiday or the roster.

use std::collections::BTreeMap;

use super::{LeaveContext, LeaveEffects, LeaveRequest, LeaveStatus, context::requested};
use crate::{
    calendar::WorkDate,
    employment::Employment,
    leave::{Charges, LeaveBook},
    user::UserStatus,
};

impl LeaveContext<'_> {
    /// Recounts open requests from today on, after a change of a holiday or the roster. The planner has the schedule after the
    /// change. Returns at most `most` of the requests whose count changed, with the days that follow. Returns none where nothing
    /// changes.
    pub fn recount(&self, requests: &[LeaveRequest], most: usize) -> Option<(Vec<LeaveRequest>, LeaveEffects)> {
        let (recounted, effects) = self.recount_in(self.book(), requests, most, &[]);
        (!recounted.is_empty() || !effects.days.is_empty()).then_some((recounted, effects))
    }

    /// Returns the consequences of changed employments, which the planner's person has already. These are grants of an active
    /// person, recounted requests (at most `most`) from today on and on the earlier `corrected` dates, and the days.
    pub fn follow_employment(
        &self,
        requests: &[LeaveRequest],
        most: usize,
        corrected: &[Employment],
    ) -> (Vec<LeaveRequest>, LeaveEffects) {
        let mut book = self.book();
        match self.planner.person.status {
            UserStatus::Active => book.grant_anew(),
            UserStatus::Pending | UserStatus::Disabled => {}
        }
        self.recount_in(book, requests, most, corrected)
    }

    fn recount_in(
        &self,
        mut book: LeaveBook<'_>,
        requests: &[LeaveRequest],
        most: usize,
        corrected: &[Employment],
    ) -> (Vec<LeaveRequest>, LeaveEffects) {
        let today = self.today();
        let is_anew = |date: WorkDate| today <= date || corrected.iter().any(|span| span.holds(date));
        let differing = requests.iter().filter_map(|before| self.recounted(&mut book, before, is_anew));
        let recounted: Vec<LeaveRequest> = differing.take(most).collect();
        let changed: Vec<&LeaveRequest> = recounted.iter().collect();
        let effects = self.effects(&changed, book, BTreeMap::new(), None, Vec::new());
        (recounted, effects)
    }

    fn recounted(
        &self,
        book: &mut LeaveBook<'_>,
        before: &LeaveRequest,
        is_anew: impl Fn(WorkDate) -> bool,
    ) -> Option<LeaveRequest> {
        let leave_type = self.types.get(&before.leave_type)?;
        let start = before.period.start_date();
        let newer = self.counted(book, before.id, &leave_type, before.extent());
        let half_days = before.half_days.replaced(start, &newer.half_days, &is_anew);
        let charges = if before.was_counted() {
            let kept = before.charges.filtered(|date| !is_anew(date));
            let anew = newer.charges.filtered(&is_anew);
            Charges::new(kept.dates().chain(anew.dates()))
        } else {
            Charges::default()
        };
        let after = before.recounted(half_days, charges, self.by, self.now)?;
        if after.charges != before.charges {
            match before.status {
                LeaveStatus::Pending => book.recount_pending(&requested(&after), &before.charges, &after.charges),
                LeaveStatus::Approved => book.recount_approved(&requested(&after), &before.charges, &after.charges),
                LeaveStatus::Rejected | LeaveStatus::Cancelled => {}
            }
        }
        Some(after)
    }
}
