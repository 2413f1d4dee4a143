//! What changes along with requests: the schedule, days, the ledger.

use std::collections::BTreeMap;

use super::{LeaveContext, LeavePeriod, LeaveRequest, LeaveStatus, OpenLeave, cover_past_days, uncover_past_days};
use crate::{
    day::{DayChange, Month, Presence, follow_schedule},
    event::Fact,
    lateness::{LateMonth, follow_days},
    leave::{Booked, LeaveBook, LeaveDayLength},
    schedule::{Planner, ScheduleYear},
};

/// What changes along with requests.
#[derive(Debug, Clone, PartialEq)]
pub struct LeaveEffects {
    /// What the person has pending or ahead, in its next version.
    pub open: OpenLeave,
    /// The years of the schedule that change, in their next versions.
    pub years: BTreeMap<i16, ScheduleYear>,
    /// The stored days that change.
    pub days: Vec<DayChange>,
    /// The months of lateness that change, in their next versions.
    pub late_months: BTreeMap<Month, LateMonth>,
    /// The next presence, where a punch at this moment must not go by the schedule as it was.
    pub presence: Option<Presence>,
    /// What is booked.
    pub booked: Booked,
    /// What happened.
    pub facts: Vec<Fact>,
}

impl LeaveContext<'_> {
    pub(super) fn years_with(&self, changed: &BTreeMap<i16, ScheduleYear>) -> BTreeMap<i16, ScheduleYear> {
        let mut years = self.planner.years.clone();
        years.extend(changed.iter().map(|(year, after)| (*year, after.clone())));
        years
    }

    /// Everything that follows: `years` are those of the schedule that change, `retroactive` the leave that has just been
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
            // A day that doesn't follow other employments yet is still to be followed by `jobs`.
            let is_past = |change: &DayChange| past.iter().any(|day| day.after().date() == change.after().date());
            days.retain(|change| !is_past(change));
            days.extend(past);
        }
        // Lateness in time that leave covers is none: its deductions are taken back.
        let leave_day = LeaveDayLength::of(self.planner.settings);
        let late_months = follow_days(self.late_months, &days, &mut book, leave_day, self.now);
        let touches_now = !years.is_empty() && requests.iter().any(|request| self.concerns_today(&request.period));
        let presence = touches_now.then(|| self.next_presence());
        let booked = book.finish();
        facts.extend(booked.facts.iter().cloned());
        let open = self.open.with(requests.iter().copied(), self.today());
        LeaveEffects { open, years, days, late_months, presence, booked, facts }
    }

    /// Whether a punch at this moment could be about a date of the period.
    pub(super) fn concerns_today(&self, period: &LeavePeriod) -> bool {
        let today = self.today();
        period.start_date() <= today.next() && today.previous() <= period.end_date()
    }

    /// Written though nobody moves: a punch that was decided by the schedule before, and commits after, loses on it.
    pub(super) fn next_presence(&self) -> Presence {
        Presence { version: self.presence.version + 1, ..self.presence.clone() }
    }
}
