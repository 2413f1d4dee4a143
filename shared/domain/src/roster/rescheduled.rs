//! A person's schedule after a change.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    calendar::WorkDate,
    id::{SiteId, UserId},
    schedule::{DayPlan, Pattern, PlanCause, PlannedDay, Planner, Rhythm, Schedule, ScheduleYear},
};

/// The result of a change of one person's schedule: the items that differ, each with its next version.
#[derive(Debug, Clone, PartialEq)]
pub struct Rescheduled {
    /// The person.
    pub user_id: UserId,
    /// The first date on which the expected work may differ from before.
    pub from: WorkDate,
    /// The patterns, where they change.
    pub schedule: Option<Schedule>,
    /// The years that change.
    pub years: BTreeMap<i16, ScheduleYear>,
    /// The sites that the change names. At the commit, their zones must still be those that the decision used.
    pub sites: BTreeSet<SiteId>,
}

/// The most sites that one change may name. Each site is counted in the same transaction.
pub(super) const MAX_SITES: usize = 20;

impl Rescheduled {
    /// Returns the patterns after the change.
    pub fn schedule_after<'a>(&'a self, before: &'a Schedule) -> &'a Schedule {
        self.schedule.as_ref().unwrap_or(before)
    }

    /// Returns the years after the change.
    pub fn years_after(&self, before: &BTreeMap<i16, ScheduleYear>) -> BTreeMap<i16, ScheduleYear> {
        let mut after = before.clone();
        after.extend(self.years.iter().map(|(year, changed)| (*year, changed.clone())));
        after
    }

    /// Returns in how many more of the person's items each site is named than before (negative for fewer). A site that any item
    /// names can't be removed, because past dates and figures use it too.
    pub fn sites_counted(&self, schedule: &Schedule, years: &BTreeMap<i16, ScheduleYear>) -> BTreeMap<SiteId, i32> {
        let mut counted = BTreeMap::new();
        let mut count = |before: BTreeSet<SiteId>, after: BTreeSet<SiteId>| {
            after.difference(&before).for_each(|site| *counted.entry(*site).or_default() += 1);
            before.difference(&after).for_each(|site| *counted.entry(*site).or_default() -= 1);
        };
        if let Some(after) = &self.schedule {
            count(of_patterns(schedule.patterns()), of_patterns(after.patterns()));
        }
        for (year, after) in &self.years {
            count(years.get(year).map(of_year).unwrap_or_default(), of_year(after));
        }
        counted.retain(|_, difference| *difference != 0);
        counted
    }

    /// Returns the change to other patterns from a date on, which name `sites`.
    pub(super) fn with_patterns(
        planner: &Planner<'_>,
        from: WorkDate,
        schedule: Schedule,
        sites: BTreeSet<SiteId>,
    ) -> Self {
        Self {
            user_id: planner.person.id,
            from,
            schedule: Some(schedule.next_version()),
            years: BTreeMap::new(),
            sites,
        }
    }

    /// Returns the change to the plans of some dates. A date without a plan goes back to the pattern.
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
                    let replaced_swap = match cause {
                        PlanCause::Override { .. } => year.days.get(date).and_then(PlannedDay::swap),
                        PlanCause::Swap { .. } => None,
                    };
                    let day = PlannedDay { plan: plan.clone(), cause: cause.clone(), version, replaced_swap };
                    year.days.insert(*date, day);
                }
                None => {
                    year.days.remove(date);
                }
            }
        }
        let sites = plans.values().flatten().flat_map(|(plan, _)| plan.sites()).collect();
        Self { user_id: planner.person.id, from, schedule: None, years, sites }
    }
}

/// Returns the sites that a rhythm names.
pub(super) fn of_rhythm(rhythm: &Rhythm) -> impl Iterator<Item = SiteId> {
    rhythm.weeks().iter().flat_map(|week| week.shifts.values().flatten()).filter_map(|shift| shift.site_id)
}

fn of_patterns(patterns: &[Pattern]) -> BTreeSet<SiteId> {
    patterns.iter().flat_map(|pattern| of_rhythm(&pattern.rhythm)).collect()
}

fn of_year(year: &ScheduleYear) -> BTreeSet<SiteId> {
    year.days.values().flat_map(PlannedDay::sites).collect()
}
