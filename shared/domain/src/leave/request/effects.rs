//! The changes that follow from changed requests: the schedule, days and the ledger.

use std::collections::BTreeMap;

use super::{LeaveContext, LeavePeriod, LeaveRequest, LeaveStatus, OpenLeave, cover_past_days, uncover_past_days};
use crate::{
    day::{DayChange, Month, Presence, follow_schedule},
    event::Fact,
    lateness::{LateMonth, follow_days},
    leave::{Booked, LeaveBook, LeaveDayLength},
    schedule::{Planner, ScheduleYear},
};

/// The changes that follow from changed requests.
#[derive(Debug, Clone, PartialEq)]
pub struct LeaveEffects {
    /// The next version of the person's open requests.
    pub open: OpenLeave,
    /// The next versions of the schedule's years that change.
    pub years: BTreeMap<i16, ScheduleYear>,
    /// The stored days that change.
    pub days: Vec<DayChange>,
    /// The next versions of the late months that change.
    pub late_months: BTreeMap<Month, LateMonth>,
    /// The next version of the presence, set where a punch at this moment must not use the earlier schedule.
    pub presence: Option<Presence>,
    /// The bookings.
    pub booked: Booked,
    /// The facts for the event.
    pub facts: Vec<Fact>,
}

impl LeaveContext<'_> {
    pub(super) fn years_with(&self, changed: &BTreeMap<i16, ScheduleYear>) -> BTreeMap<i16, ScheduleYear> {
        let mut years = self.planner.years.clone();
        years.extend(changed.iter().map(|(year, after)| (*year, after.clone())));
        years
    }

    /// Returns all consequences. `years` are the schedule's years that change. `retroactive` is the leave that has just been
    /// approved or cancelled and may concern days that are over.
    pub(super) fn effects(
        &self,
        requests: &[&LeaveRequest],
        mut book: LeaveBook<'_>,
        years: BTreeMap<i16, ScheduleYear>,
        retroactive: Option<&LeaveRequest>,
        mut facts: Vec<Fact>,
    ) -> LeaveEffects {
        let all_years = self.years_with(&years);
        let after = Planner { years: &all_years, ..*self.planner };
        let mut days = follow_schedule(self.days, &after, self.now);
        if let Some(request) = retroactive {
            let past = match request.status {
                LeaveStatus::Cancelled => uncover_past_days(self.days, &after, request, self.now),
                LeaveStatus::Pending | LeaveStatus::Approved | LeaveStatus::Rejected => {
                    cover_past_days(self.days, &after, request, self.now)
                }
            };
            // `jobs` updates the days that don't follow changed employments yet.
            let is_past = |change: &DayChange| past.iter().any(|day| day.after().date() == change.after().date());
            days.retain(|change| !is_past(change));
            days.extend(past);
        }
        // Lateness in time that leave covers doesn't count: its deductions are reversed.
        let leave_day = LeaveDayLength::of(self.planner.settings);
        let late_months = follow_days(self.late_months, &days, &mut book, leave_day, self.now);
        let touches_now = !years.is_empty() && requests.iter().any(|request| self.concerns_today(&request.period));
        let presence = touches_now.then(|| self.next_presence());
        let booked = book.finish();
        facts.extend(booked.facts.iter().cloned());
        let open = self.open.with(requests.iter().copied(), self.today());
        LeaveEffects { open, years, days, late_months, presence, booked, facts }
    }

    /// Returns whether a punch at this moment could concern a date of the period.
    pub(super) fn concerns_today(&self, period: &LeavePeriod) -> bool {
        let today = self.today();
        period.start_date() <= today.next() && today.previous() <= period.end_date()
    }

    /// Returns the next version of the presence. It is written although the person's presence doesn't change, so that the
    /// transaction of a punch that was decided by the earlier schedule fails.
    pub(super) fn next_presence(&self) -> Presence {
        Presence { version: self.presence.version + 1, ..self.presence.clone() }
    }
}
