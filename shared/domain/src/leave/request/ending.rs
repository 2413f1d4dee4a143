//! Withdrawing, cancelling, and ending leave early: what isn't taken is given back.

use std::collections::BTreeMap;

use super::{
    Cancelled, LeaveContext, LeaveEffects, LeaveRefusal, LeaveRequest, LeaveStatus, NotThere, Outcome,
    applying::changed, begun_until, context::requested, placing::put_back, remove,
};
use crate::{
    calendar::WorkDate,
    event::Fact,
    leave::LeaveBook,
    schedule::{Planner, ScheduleYear},
};

impl LeaveContext<'_> {
    /// Withdraws a pending request, or cancels approved leave as far as it hasn't begun. Leave that it interrupted takes the
    /// dates that this gives back.
    pub fn cancel(&self, before: &LeaveRequest) -> Result<Outcome, LeaveRefusal> {
        let mut book = self.book();
        let (request, mut years, fact) = self.cancelled(&mut book, before)?;
        let others = self.resume(&mut book, &request);
        if before.status == LeaveStatus::Approved {
            let is_approved = |other: &&LeaveRequest| other.id != before.id && other.status == LeaveStatus::Approved;
            for other in self.others.iter().filter(is_approved) {
                let resumed = others.iter().find(|resumed| resumed.id == other.id).unwrap_or(other);
                put_back(self.planner.years, &mut years, resumed.extent(), &other.leave_ref(), kept_until(&request));
            }
        }
        let mut effects = self.effects(&changed(&request, &others), book, years, None, vec![fact]);
        if effects.presence.is_none() && self.concerns_today(&before.period) && !effects.years.is_empty() {
            effects.presence = Some(self.next_presence());
        }
        Ok(Outcome { request, others, effects })
    }

    /// Ends everything that someone who leaves has pending or ahead. Gives nothing where there is nothing.
    pub fn end_all(&self, requests: &[LeaveRequest]) -> Option<(Vec<LeaveRequest>, LeaveEffects)> {
        let mut book = self.book();
        let (mut ended, mut facts) = (Vec::new(), Vec::new());
        let mut years: BTreeMap<i16, ScheduleYear> = BTreeMap::new();
        for before in requests {
            // The leave of all of them is taken out of the same years, which change once.
            let mut so_far = self.planner.years.clone();
            so_far.extend(years.clone());
            let planner = Planner { years: &so_far, ..*self.planner };
            let context = LeaveContext { planner: &planner, ..*self };
            if let Ok((request, changed, fact)) = context.cancelled(&mut book, before) {
                ended.push(request);
                facts.push(fact);
                years.extend(changed);
            }
        }
        for (year, after) in &mut years {
            after.version = self.planner.years.get(year).map_or(0, |before| before.version) + 1;
        }
        if ended.is_empty() {
            return None;
        }
        let changed: Vec<&LeaveRequest> = ended.iter().collect();
        let effects = self.effects(&changed, book, years, None, facts);
        Some((ended, effects))
    }

    fn cancelled(
        &self,
        book: &mut LeaveBook<'_>,
        before: &LeaveRequest,
    ) -> Result<(LeaveRequest, BTreeMap<i16, ScheduleYear>, Fact), NotThere> {
        let begun = begun_until(self.planner, before.extent(), &before.leave_ref(), self.now);
        let Cancelled { request, given_back } = self.up_to_date(before).cancelled(self.by, self.now, begun)?;
        let was_approved = before.status == LeaveStatus::Approved;
        if !given_back.is_empty() {
            if was_approved {
                book.give_back(&requested(&request), &given_back);
            } else {
                book.release(&requested(&request), &given_back);
            }
        }
        let years =
            if was_approved { remove(self.planner.years, before, kept_until(&request)) } else { BTreeMap::new() };
        let fact = Fact::LeaveCancelled {
            request_id: request.id,
            start_date: request.period.start_date(),
            end_date: request.period.end_date(),
        };
        Ok((request, years, fact))
    }
}

/// The last date of leave that was ended early; none of what was cancelled whole.
fn kept_until(request: &LeaveRequest) -> Option<WorkDate> {
    (request.status == LeaveStatus::Approved).then(|| request.period.end_date())
}
