//! Interruption of leave, such as sick leave within annual leave. The dates that both have count for the sick leave, and the
//! annual leave gets its minutes back.

use std::collections::{BTreeMap, BTreeSet};

use super::{Extent, HalfDays, HistoryKind, Interruption, LeaveContext, LeaveRequest, LeaveStatus, context::requested};
use crate::{
    calendar::WorkDate,
    id::LeaveRequestId,
    leave::{Charges, LeaveBook, LeaveMinutes, LeaveType, Requested},
    schedule::LeaveTypeCode,
};

impl LeaveContext<'_> {
    /// Returns which types of leave a type interrupts: those that don't interrupt other leave themselves.
    pub(super) fn yields(&self, leave_type: &LeaveType) -> impl Fn(&LeaveTypeCode) -> bool {
        let interrupts = leave_type.interrupts();
        move |other| interrupts && self.types.get(other).is_none_or(|other| !other.interrupts())
    }

    /// Returns the requests that approved leave interrupts: those in `placed`, whose leave gave way in the schedule, and those
    /// that wait for a decision.
    pub(super) fn interrupts(
        &self,
        request: &LeaveRequest,
        leave_type: &LeaveType,
        placed: BTreeSet<LeaveRequestId>,
    ) -> BTreeSet<LeaveRequestId> {
        let yields = self.yields(leave_type);
        let pending = self.open.within(&request.period).filter(|entry| match entry.status {
            LeaveStatus::Pending => entry.id != request.id && yields(&entry.leave_type),
            LeaveStatus::Approved | LeaveStatus::Rejected | LeaveStatus::Cancelled => false,
        });
        pending.map(|entry| entry.id).chain(placed).collect()
    }

    /// Returns the requests of these ids after the leave interrupts them. The cost of the interrupted dates is given back.
    pub(super) fn interrupt(
        &self,
        book: &mut LeaveBook<'_>,
        by: &LeaveRequest,
        ids: &BTreeSet<LeaveRequestId>,
    ) -> Vec<LeaveRequest> {
        let interruption = Interruption { request_id: by.id, period: by.period };
        let others = self.others.iter().filter(|other| ids.contains(&other.id));
        others.filter_map(|other| self.interrupted(book, other, by.id, Some(interruption))).collect()
    }

    /// Returns the requests that leave interrupted, after the leave was cancelled or ended early. They take the dates that the
    /// leave no longer has. Like a recount, this may make a balance negative.
    pub(super) fn resume(&self, book: &mut LeaveBook<'_>, by: &LeaveRequest) -> Vec<LeaveRequest> {
        let left = match by.status {
            LeaveStatus::Approved => Some(Interruption { request_id: by.id, period: by.period }),
            LeaveStatus::Pending | LeaveStatus::Rejected | LeaveStatus::Cancelled => None,
        };
        let interrupted =
            self.others.iter().filter(|other| other.interruptions.iter().any(|other| other.request_id == by.id));
        interrupted.filter_map(|other| self.interrupted(book, other, by.id, left)).collect()
    }

    /// Returns the request with the dates that another one takes from it now. Returns none where it covers the same dates as
    /// before, or has ended.
    fn interrupted(
        &self,
        book: &mut LeaveBook<'_>,
        request: &LeaveRequest,
        by: LeaveRequestId,
        interruption: Option<Interruption>,
    ) -> Option<LeaveRequest> {
        let is_pending = match request.status {
            LeaveStatus::Pending => true,
            LeaveStatus::Approved => false,
            LeaveStatus::Rejected | LeaveStatus::Cancelled => return None,
        };
        let leave_type = self.types.get(&request.leave_type)?;
        let before = self.up_to_date(request);
        let others = before.interruptions.iter().filter(|other| other.request_id != by);
        let interruptions: Vec<Interruption> = others.copied().chain(interruption).collect();
        let (extent, narrower) = (before.extent(), Extent { period: before.period, interruptions: &interruptions });
        let grows = |date| extent.half_days_on(date) < narrower.half_days_on(date);
        if before.period.dates().all(|date| extent.half_days_on(date) == narrower.half_days_on(date)) {
            return None;
        }
        let counted = HalfDays::count(
            self.planner,
            (self.days, self.now),
            narrower,
            &before.leave_ref(),
            leave_type.holidays_count,
        );
        let half_days = before.half_days.reshaped(extent, narrower, &counted);
        let charges = self.charges_of(book, &before, &leave_type, &half_days);
        let kind = if before.period.dates().any(grows) { HistoryKind::Resumed } else { HistoryKind::Interrupted };
        let after = before.interrupted((half_days, charges), interruptions, (kind, by), self.by, self.now);
        if after.charges != before.charges {
            let requested = Requested { interrupted_by: Some(by), ..requested(&after) };
            if is_pending {
                book.recount_pending(&requested, &before.charges, &after.charges);
            } else {
                book.recount_approved(&requested, &before.charges, &after.charges);
            }
        }
        Some(after)
    }

    /// Returns the charges of a request after the count of its dates changed. A date with the same count keeps what was booked
    /// for it, even where the roster or the leave year has changed since.
    fn charges_of(
        &self,
        book: &LeaveBook<'_>,
        before: &LeaveRequest,
        leave_type: &LeaveType,
        half_days: &HalfDays,
    ) -> Charges {
        let start = before.period.start_date();
        let counted: BTreeMap<WorkDate, i64> = before.half_days.dated(start).collect();
        let booked: BTreeMap<WorkDate, (i16, LeaveMinutes)> =
            before.charges.dates().map(|(year, date, minutes)| (date, (year, minutes))).collect();
        let takes_more = leave_type.counted && before.was_counted();
        let years = book.years(&leave_type.code);
        Charges::new(half_days.dated(start).filter_map(|(date, half_days)| {
            let minutes = self.minutes(half_days);
            match booked.get(&date) {
                Some((year, booked)) if counted.get(&date) == Some(&half_days) => Some((*year, date, *booked)),
                Some((year, _)) => Some((*year, date, minutes)),
                None if takes_more && !counted.contains_key(&date) => Some((years.of(date).year, date, minutes)),
                None => None,
            }
        }))
    }
}
