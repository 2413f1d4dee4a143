//! Counting leave anew after a holiday or the roster changed under it.

use std::collections::BTreeMap;

use super::{LeaveContext, LeaveEffects, LeaveRequest, LeaveStatus, context::requested};
use crate::leave::{Charges, LeaveBook};

impl LeaveContext<'_> {
    /// Counts open requests anew, from today on, after a holiday or the roster changed; the planner has the schedule after
    /// the change. Gives at most `most` of the requests that come out otherwise, and the days that follow; nothing where
    /// there is neither.
    pub fn recount(&self, requests: &[LeaveRequest], most: usize) -> Option<(Vec<LeaveRequest>, LeaveEffects)> {
        let mut book = self.book();
        let differing = requests.iter().filter_map(|before| self.recounted(&mut book, before));
        let recounted: Vec<LeaveRequest> = differing.take(most).collect();
        let changed: Vec<&LeaveRequest> = recounted.iter().collect();
        let effects = self.effects(&changed, book, BTreeMap::new(), None, Vec::new());
        (!recounted.is_empty() || !effects.days.is_empty()).then_some((recounted, effects))
    }

    fn recounted(&self, book: &mut LeaveBook<'_>, before: &LeaveRequest) -> Option<LeaveRequest> {
        let leave_type = self.types.get(&before.leave_type)?;
        let (today, start) = (self.today(), before.period.start_date());
        let newer = self.counted(book, before.id, &leave_type, before.extent());
        let half_days = before.half_days.replaced(start, &newer.half_days, |date| today <= date);
        let charges = if before.was_counted() {
            let kept = before.charges.filtered(|date| date < today);
            let ahead = newer.charges.filtered(|date| today <= date);
            Charges::new(kept.dates().chain(ahead.dates()))
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
