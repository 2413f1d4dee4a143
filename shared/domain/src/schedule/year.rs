//! What differs from the patterns in one calendar year.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{DayLeave, PatternShift, Shift};
use crate::{
    calendar::WorkDate,
    id::{SiteId, SwapId},
    text::Reason,
};

/// A person's overrides, swaps and approved leave of one calendar year, by date. One stored item.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ScheduleYear {
    /// Dates planned otherwise. One entry a date: the last override or swap is what holds.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub days: BTreeMap<WorkDate, PlannedDay>,
    /// Approved leave.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub leave: BTreeMap<WorkDate, DayLeave>,
    /// Counts the changes; 0 before the first.
    #[serde(default)]
    pub version: u64,
}

/// A date that is planned otherwise than the pattern.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PlannedDay {
    /// What holds instead.
    pub plan: DayPlan,
    /// Why.
    pub cause: PlanCause,
    /// The version that its year came to by this plan: another plan of the date, ever, has another.
    #[serde(default)]
    pub version: u64,
}

/// What is planned for a date.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DayPlan {
    /// Nobody is expected.
    Off,
    /// These shifts, which begin on the date.
    Shifts(Vec<PatternShift>),
    /// These very shifts, some of which were another's. Kept as instants, so that a shift that changes hands is the same
    /// for whoever works it: read in another's zone, or without the half holiday that shortened it, it would be another.
    Given(Vec<Shift>),
}

impl DayPlan {
    /// The sites that it names.
    pub fn sites(&self) -> Vec<SiteId> {
        match self {
            Self::Off => Vec::new(),
            Self::Shifts(shifts) => shifts.iter().filter_map(|shift| shift.site_id).collect(),
            Self::Given(shifts) => shifts.iter().filter_map(|shift| shift.site_id).collect(),
        }
    }
}

/// Why a date differs from the pattern.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum PlanCause {
    /// A manager planned it so.
    Override {
        /// Their reason.
        reason: Option<Reason>,
    },
    /// Two people swapped.
    Swap {
        /// Which swap.
        swap_id: SwapId,
    },
}
