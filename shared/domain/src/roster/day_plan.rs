//! Plans of single dates that differ from the pattern, and their removal.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Clash, HORIZON_DAYS, Rescheduled, Rostering,
    clash::{around, clash_among, clash_on},
    rescheduled::MAX_SITES,
};
use crate::{
    FieldRule,
    calendar::WorkDate,
    id::SiteId,
    schedule::{DayPlan, PlanCause, PlannedDay, Planner},
    text::Reason,
};

/// The reason why a date can't be planned.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.rule())]
pub enum PlanRefusal {
    /// The date is over, and the person worked on it. Only a correction can change it.
    DayWorked,
    /// The date is over.
    InThePast,
    /// The date is too far ahead.
    TooFarAhead,
    /// A shift's site doesn't exist.
    UnknownSite(SiteId),
    /// The plan names more sites than one change may.
    TooManySites,
    /// The shifts of the plan overlap with each other or with those of another date.
    Clash(#[from] Clash),
}

impl PlanRefusal {
    /// Returns the rule that the plan breaks.
    pub fn rule(&self) -> FieldRule {
        match self {
            Self::DayWorked => FieldRule::NotWorkedYet,
            Self::InThePast => FieldRule::TodayOrLater,
            Self::TooFarAhead => FieldRule::DaysAheadAtMost { days: i64::from(HORIZON_DAYS) },
            Self::UnknownSite(_) => FieldRule::NotSites,
            Self::TooManySites => FieldRule::SitesAtMost { max: MAX_SITES as u64 },
            Self::Clash(clash) => clash.rule(),
        }
    }
}

/// The reason why a date can't go back to the pattern.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UnplanRefusal {
    /// The date has no plan. A swapped date doesn't count as planned, so that this doesn't reverse a swap.
    #[error("the date is as the pattern has it")]
    NotPlanned,
    /// The refusal of a plan applies here too.
    #[error(transparent)]
    Refused(#[from] PlanRefusal),
}

impl From<Clash> for UnplanRefusal {
    fn from(clash: Clash) -> Self {
        Self::Refused(clash.into())
    }
}

impl<'a> Rostering<'a> {
    /// Returns the plan of a date, if it has one.
    pub fn planned(&self, date: WorkDate) -> Option<&'a PlannedDay> {
        self.planner.years.get(&date.year()).and_then(|year| year.days.get(&date))
    }

    /// Plans a date for a manager. The plan replaces the pattern, a holiday, an earlier plan or a swap.
    pub fn plan_day(&self, date: WorkDate, plan: DayPlan, reason: Reason) -> Result<Rescheduled, PlanRefusal> {
        self.check_plan(date, &plan)?;
        let cause = PlanCause::Override { reason: Some(reason) };
        Ok(self.replanned(date, Some((plan, cause)))?)
    }

    /// Plans several dates for a manager, in one change. Returns the first date that can't be planned, with the reason.
    pub fn plan_days(
        &self,
        plans: &BTreeMap<WorkDate, (DayPlan, Reason)>,
    ) -> Result<Rescheduled, (WorkDate, PlanRefusal)> {
        for (date, (plan, _)) in plans {
            self.check_plan(*date, plan).map_err(|refusal| (*date, refusal))?;
        }
        let overriding = |(plan, reason): &(DayPlan, Reason)| {
            Some((plan.clone(), PlanCause::Override { reason: Some(reason.clone()) }))
        };
        let first = plans.keys().next().copied().unwrap_or_else(|| self.today());
        let plans: BTreeMap<_, _> = plans.iter().map(|(date, plan)| (*date, overriding(plan))).collect();
        let rescheduled = Rescheduled::with_dates(self.planner, &plans, first);
        if MAX_SITES < rescheduled.sites.len() {
            return Err((first, PlanRefusal::TooManySites));
        }
        let years = rescheduled.years_after(self.planner.years);
        let planner = Planner { years: &years, ..*self.planner };
        let is_planned = |date| plans.contains_key(&date);
        let near: BTreeSet<WorkDate> = plans.keys().flat_map(|date| around(*date)).collect();
        match clash_among(&planner, near.into_iter(), is_planned) {
            Some(clash) => {
                let mut dates = clash.shifts().iter().map(|shift| shift.id.date());
                Err((dates.rfind(|date| is_planned(*date)).unwrap_or(first), clash.into()))
            }
            None => Ok(rescheduled),
        }
    }

    /// Returns a date to the pattern.
    pub fn unplan_day(&self, date: WorkDate) -> Result<Rescheduled, UnplanRefusal> {
        let Some(planned) = self.planned(date) else { return Err(UnplanRefusal::NotPlanned) };
        match planned.cause {
            PlanCause::Override { .. } => {}
            PlanCause::Swap { .. } => return Err(UnplanRefusal::NotPlanned),
        }
        self.check_date(date)?;
        let swap = planned.replaced_swap.as_deref().cloned();
        Ok(self.replanned(date, swap.map(|swap| (swap.plan, PlanCause::Swap { swap_id: swap.swap_id })))?)
    }

    fn check_plan(&self, date: WorkDate, plan: &DayPlan) -> Result<(), PlanRefusal> {
        self.check_date(date)?;
        let unknown = plan.sites().into_iter().find(|site| !self.planner.sites.contains(*site));
        unknown.map_or(Ok(()), |site| Err(PlanRefusal::UnknownSite(site)))
    }

    fn check_date(&self, date: WorkDate) -> Result<(), PlanRefusal> {
        let today = self.today();
        if date < today {
            return Err(if self.is_worked(date) { PlanRefusal::DayWorked } else { PlanRefusal::InThePast });
        }
        if today.plus_days(HORIZON_DAYS) < date { Err(PlanRefusal::TooFarAhead) } else { Ok(()) }
    }

    fn replanned(&self, date: WorkDate, plan: Option<(DayPlan, PlanCause)>) -> Result<Rescheduled, Clash> {
        let rescheduled = Rescheduled::with_dates(self.planner, &BTreeMap::from([(date, plan)]), date);
        let years = rescheduled.years_after(self.planner.years);
        match clash_on(&Planner { years: &years, ..*self.planner }, date) {
            Some(clash) => Err(clash),
            None => Ok(rescheduled),
        }
    }
}
