//! The differences from the patterns in one calendar year.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{DayLeave, PatternShift, Shift};
use crate::{
    calendar::WorkDate,
    id::{SiteId, SwapId},
    stored::Lenient,
    text::Reason,
};

/// A person's overrides, swaps and approved leave of one calendar year, by date, stored as one item.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(from = "StoredYear")]
pub struct ScheduleYear {
    /// The dates with another plan than the pattern's. Each date has one entry: the last override or swap applies.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub days: BTreeMap<WorkDate, PlannedDay>,
    /// The approved leave, by date.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub leave: BTreeMap<WorkDate, DayLeave>,
    /// The version: 0 before the first change, plus 1 with each change.
    #[serde(default)]
    pub version: u64,
    /// The dates that have a stored plan or leave that this release doesn't know.
    #[serde(skip)]
    pub unknown: BTreeSet<WorkDate>,
}

/// A [`ScheduleYear`] of this or another release.
#[derive(Deserialize)]
struct StoredYear {
    #[serde(default)]
    days: BTreeMap<WorkDate, Lenient<PlannedDay>>,
    #[serde(default)]
    leave: BTreeMap<WorkDate, Lenient<DayLeave>>,
    #[serde(default)]
    version: u64,
}

impl From<StoredYear> for ScheduleYear {
    fn from(StoredYear { days, leave, version }: StoredYear) -> Self {
        let mut unknown = BTreeSet::new();
        let (days, leave) = (known_dates(days, &mut unknown), known_dates(leave, &mut unknown));
        Self { days, leave, version, unknown }
    }
}

/// The dates with known values. All other dates are added to `unknown`.
fn known_dates<T>(dates: BTreeMap<WorkDate, Lenient<T>>, unknown: &mut BTreeSet<WorkDate>) -> BTreeMap<WorkDate, T> {
    let mut known = BTreeMap::new();
    for (date, value) in dates {
        match value.known() {
            Some(value) => {
                known.insert(date, value);
            }
            None => {
                unknown.insert(date);
            }
        }
    }
    known
}

/// A date with another plan than the pattern's.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PlannedDay {
    /// The plan that applies instead of the pattern.
    pub plan: DayPlan,
    /// The cause of the plan.
    pub cause: PlanCause,
    /// The version of the year after this plan was stored. Every plan of the date, past or future, has a different version.
    #[serde(default)]
    pub version: u64,
    /// The plan of a swap that a manager's plan has replaced. It applies again when the manager's plan is removed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaced_swap: Option<Box<SwappedPlan>>,
}

/// The plan of a date by a swap.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SwappedPlan {
    /// The shifts.
    pub plan: DayPlan,
    /// The swap's id.
    pub swap_id: SwapId,
}

impl PlannedDay {
    /// The sites that the plan names, also the plan of a replaced swap.
    pub fn sites(&self) -> Vec<SiteId> {
        let replaced = self.replaced_swap.iter().flat_map(|swap| swap.plan.sites());
        self.plan.sites().into_iter().chain(replaced).collect()
    }

    /// The plan of a swap that the next plan of a manager replaces, or that the present one has replaced.
    pub(crate) fn swap(&self) -> Option<Box<SwappedPlan>> {
        match &self.cause {
            PlanCause::Swap { swap_id } => Some(Box::new(SwappedPlan { plan: self.plan.clone(), swap_id: *swap_id })),
            PlanCause::Override { .. } => self.replaced_swap.clone(),
        }
    }
}

/// The plan of a date.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DayPlan {
    /// The person isn't expected.
    Off,
    /// The person works these shifts, which begin on the date.
    Shifts(Vec<PatternShift>),
    /// The person works exactly these shifts, some of which were another person's. They are stored as instants, so that a swapped
    /// shift is the same for both people. Read in another person's time zone, or without the half holiday that shortened it, it
    /// would be a different shift.
    Given(Vec<Shift>),
}

impl DayPlan {
    /// The sites that the plan names.
    pub fn sites(&self) -> Vec<SiteId> {
        match self {
            Self::Off => Vec::new(),
            Self::Shifts(shifts) => shifts.iter().filter_map(|shift| shift.site_id).collect(),
            Self::Given(shifts) => shifts.iter().filter_map(|shift| shift.site_id).collect(),
        }
    }
}

/// The reason why a date differs from the pattern.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum PlanCause {
    /// A manager planned the date.
    Override {
        /// The manager's reason.
        reason: Option<Reason>,
    },
    /// Two people swapped.
    Swap {
        /// The swap's id.
        swap_id: SwapId,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_with_a_plan_that_isnt_known_follows_the_pattern() {
        let stored = r#"{"days": {
            "2026-11-02": {"plan": "off", "cause": {"kind": "override", "reason": null}, "why": "new"},
            "2026-11-03": {"plan": {"on_call": {"from": "18:00"}}, "cause": {"kind": "override", "reason": null}}
        }, "version": 4}"#;
        let year: ScheduleYear = serde_json::from_str(stored).unwrap();
        let dates = |text: &str| -> WorkDate { text.parse().unwrap() };
        assert_eq!(year.days.keys().copied().collect::<Vec<_>>(), [dates("2026-11-02")]);
        assert_eq!((year.unknown, year.version), ([dates("2026-11-03")].into(), 4));
    }
}
