//! Withdrawal, cancellation and early end of leave. Leave that isn't taken is given back. Leave that is over but was never taken
//! can be cancelled afterwards.

use std::collections::BTreeMap;

use super::{
    CancelDates, Cancelled, FollowUp, LeaveContext, LeaveEffects, LeaveRefusal, LeaveRequest, LeaveStatus,
    MAX_DAYS_BACK, NotThere, Outcome, Unapplied, applying::changed, begun_until, context::requested, placing::put_back,
    remove,
};
use crate::{
    calendar::WorkDate,
    event::{Fact, LeaveFact},
    leave::LeaveBook,
    schedule::{Planner, ScheduleYear},
};

/// The user who cancels leave. This decides whether leave that is over can be cancelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Canceller {
    /// The person, or the system when the person's account ends.
    Person,
    /// Someone in charge of the person.
    Manager,
}

impl LeaveContext<'_> {
    /// Withdraws a pending request, or cancels approved leave as far as it hasn't begun. Someone in charge of the person can also
    /// cancel leave that is over. The dates that become free count for the leave that was interrupted.
    ///
    /// # Errors
    ///
    /// The request was rejected or cancelled already, or the leave is over.
    pub fn cancel(&self, before: &LeaveRequest, canceller: Canceller) -> Result<Outcome, LeaveRefusal> {
        let mut book = self.book();
        let (request, mut years, fact) = self.cancelled(&mut book, before, canceller)?;
        let mut book_of_all = book.clone();
        let others = self.resume(&mut book_of_all, &request);
        if before.status == LeaveStatus::Approved {
            let is_approved = |other: &&LeaveRequest| other.id != before.id && other.status == LeaveStatus::Approved;
            for other in self.others.iter().filter(is_approved) {
                let resumed = others.iter().find(|resumed| resumed.id == other.id).unwrap_or(other);
                put_back(self.planner.years, &mut years, resumed.extent(), &other.leave_ref(), kept_until(&request));
            }
        }
        let is_retroactive = before.status == LeaveStatus::Approved
            && request.status == LeaveStatus::Cancelled
            && before.period.start_date() < self.today();
        let mut facts = vec![fact];
        let (request, others, retroactive) = match self.follow_up {
            FollowUp::ByJobs if is_retroactive => {
                let requests = others.iter().map(|other| other.id).collect();
                let unapplied = Some(Unapplied { requests, from: before.period.start_date() });
                facts.push(Fact::Leave(LeaveFact::LeaveToApply { request_id: request.id }));
                (LeaveRequest { unapplied, ..request }, Vec::new(), None)
            }
            FollowUp::AtOnce | FollowUp::ByJobs => {
                book = book_of_all;
                let retroactive = is_retroactive.then(|| request.clone());
                (request, others, retroactive)
            }
        };
        let mut effects = self.effects(&changed(&request, &others), book, years, retroactive.as_ref(), facts);
        if effects.presence.is_none() && self.concerns_today(&before.period) && !effects.years.is_empty() {
            effects.presence = Some(self.next_presence());
        }
        Ok(Outcome { request, others, effects })
    }

    /// Ends all pending requests and future leave of a person who leaves. Returns none where there is nothing to end.
    pub fn end_all(&self, requests: &[LeaveRequest]) -> Option<(Vec<LeaveRequest>, LeaveEffects)> {
        let mut book = self.book();
        let (mut ended, mut facts) = (Vec::new(), Vec::new());
        let mut years: BTreeMap<i16, ScheduleYear> = BTreeMap::new();
        for before in requests {
            // All requests change the same years of the schedule. Each year changes once.
            let mut so_far = self.planner.years.clone();
            so_far.extend(years.clone());
            let planner = Planner { years: &so_far, ..*self.planner };
            let context = LeaveContext { planner: &planner, ..*self };
            if let Ok((request, changed, fact)) = context.cancelled(&mut book, before, Canceller::Person) {
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
        canceller: Canceller,
    ) -> Result<(LeaveRequest, BTreeMap<i16, ScheduleYear>, Fact), NotThere> {
        let begun_until = begun_until(self.planner, self.days, before.extent(), &before.leave_ref(), self.now);
        let today = self.planner.today(self.now);
        let earliest = match canceller {
            Canceller::Person => None,
            Canceller::Manager => Some(self.today().plus_days(-MAX_DAYS_BACK)),
        };
        let Cancelled { request, given_back } =
            self.up_to_date(before).cancelled(self.by, self.now, CancelDates { today, begun_until, earliest })?;
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
        let fact = Fact::Leave(LeaveFact::LeaveCancelled {
            request_id: request.id,
            start_date: request.period.start_date(),
            end_date: request.period.end_date(),
        });
        Ok((request, years, fact))
    }
}

/// Returns the last date of leave that was ended early; none for leave that was cancelled completely.
fn kept_until(request: &LeaveRequest) -> Option<WorkDate> {
    (request.status == LeaveStatus::Approved).then(|| request.period.end_date())
}
