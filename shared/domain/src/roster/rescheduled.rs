//! A person's schedule as a change leaves it.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    calendar::WorkDate,
    id::{SiteId, UserId},
    schedule::{DayPlan, PatternShift, PlanCause, PlannedDay, Planner, Schedule, ScheduleYear},
};

/// What a change makes of one person's schedule: the items that differ, each with its next version.
#[derive(Debug, Clone, PartialEq)]
pub struct Rescheduled {
    /// Whose.
    pub user_id: UserId,
    /// The first date on which they may be expected otherwise than before.
    pub from: WorkDate,
    /// The patterns, where they change.
    pub schedule: Option<Schedule>,
    /// The years that change.
    pub years: BTreeMap<i16, ScheduleYear>,
    /// The sites that the change names; they must still be there when it is committed.
    pub sites: BTreeSet<SiteId>,
}

impl Rescheduled {
    /// The patterns as they will be.
    pub fn schedule_after<'a>(&'a self, before: &'a Schedule) -> &'a Schedule {
        self.schedule.as_ref().unwrap_or(before)
    }

    /// The years as they will be.
    pub fn years_after(&self, before: &BTreeMap<i16, ScheduleYear>) -> BTreeMap<i16, ScheduleYear> {
        let mut after = before.clone();
        after.extend(self.years.iter().map(|(year, changed)| (*year, changed.clone())));
        after
    }

    /// Other patterns from a date on.
    pub(super) fn with_patterns(planner: &Planner<'_>, from: WorkDate, patterns: Schedule) -> Self {
        let sites = patterns.pattern_on(from).into_iter().flat_map(|pattern| {
            let shifts = pattern.rhythm.weeks().iter().flat_map(|week| week.shifts.values().flatten());
            shifts.filter_map(|shift| shift.site_id)
        });
        let sites = sites.collect();
        Self { user_id: planner.person.id, from, sites, schedule: Some(patterns.next_version()), years: BTreeMap::new() }
    }

    /// Some dates planned otherwise; without a plan a date goes back to the pattern.
    pub(super) fn with_dates(
        planner: &Planner<'_>,
        plans: &BTreeMap<WorkDate, Option<(DayPlan, PlanCause)>>,
        from: WorkDate,
    ) -> Self {
        let mut years: BTreeMap<i16, ScheduleYear> = BTreeMap::new();
        for (date, plan) in plans {
            let before = planner.years.get(&date.year());
            let version = before.map_or(0, |year| year.version) + 1;
            let year = years.entry(date.year()).or_insert_with(|| before.cloned().unwrap_or_default());
            year.version = version;
            match plan {
                Some((plan, cause)) => {
                    let planned = PlannedDay { plan: plan.clone(), cause: cause.clone(), version };
                    year.days.insert(*date, planned);
                }
                None => {
                    year.days.remove(date);
                }
            }
        }
        let sites = plans.values().flatten().flat_map(|(plan, _)| sites_of(plan)).collect();
        Self { user_id: planner.person.id, from, schedule: None, years, sites }
    }
}

/// The sites that a plan names.
fn sites_of(plan: &DayPlan) -> Vec<SiteId> {
    match plan {
        DayPlan::Off => Vec::new(),
        DayPlan::Shifts(shifts) => shifts.iter().filter_map(|PatternShift { site_id, .. }| *site_id).collect(),
        DayPlan::Given(shifts) => shifts.iter().filter_map(|shift| shift.site_id).collect(),
    }
}
