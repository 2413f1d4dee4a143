//! The draft of a plan that overrides the pattern on one date.

use answers::roster::ShiftTimesBody;
use domain::{
    FieldFault, FieldRule,
    calendar::WorkDate,
    roster::{PlanRefusal, Rescheduled, Rostering},
    schedule::{DayPlan, PatternShift, SiteBook},
    text::Reason,
};
use serde::Deserialize;
use utoipa::ToSchema;

use super::pattern_draft::MAX_SHIFTS;
use crate::Refusal;

/// The reason why the plan of a date is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DayPlanRefusal {
    /// The date is over, and the person worked on it. Only a correction can change it.
    DayWorked,
    /// No manager planned the date.
    NotPlanned,
}

impl DayPlanRefusal {
    /// Returns whether the request is refused because it names a plan that doesn't exist, and not for the state of the date.
    pub(crate) const fn is_of_the_request(self) -> bool {
        match self {
            Self::NotPlanned => true,
            Self::DayWorked => false,
        }
    }
}

/// The plan of a date: `shifts`, or `off`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = DayPlanBody)]
#[schema(example = json!({"shifts": [{"start": "10:00", "end": "14:00"}], "reason": "Stocktaking"}))]
pub struct DayPlanDraft {
    /// The shifts that begin on the date.
    #[schema(min_items = 1, max_items = 6)]
    shifts: Option<Vec<ShiftTimesBody>>,
    /// `true` if the date is off.
    off: Option<bool>,
    /// The reason for the override.
    #[schema(value_type = String, min_length = 1, max_length = 500, example = "Stocktaking")]
    reason: Reason,
}

impl DayPlanDraft {
    /// Returns the schedule with the plan on a date.
    ///
    /// # Errors
    /// Every value that breaks a rule, with its path, or the person worked on the date.
    pub(super) fn rescheduled(
        &self,
        rostering: &Rostering<'_>,
        date: WorkDate,
        sites: &SiteBook,
    ) -> Result<Rescheduled, Refusal> {
        let plan = |plan| rostering.plan_day(date, plan, self.reason.clone());
        let invalid = |field: &'static str, rule: FieldRule| Err(Refusal::Invalid(vec![FieldFault::new(field, rule)]));
        let shifts = match (&self.shifts, self.off) {
            (None, Some(true)) => return plan(DayPlan::Off).map_err(|refusal| refused_plan(&refusal, "off")),
            (Some(shifts), None) => shifts,
            (Some(_), Some(_)) => return invalid("off", FieldRule::NotWith { other: "shifts".to_owned() }),
            (None, Some(false)) => return invalid("off", FieldRule::OffOrShifts),
            (None, None) => return invalid("shifts", FieldRule::RequiredUnless { other: "off".to_owned() }),
        };
        if !(1..=MAX_SHIFTS).contains(&shifts.len()) {
            return invalid("shifts", FieldRule::ShiftsBetween { min: 1, max: MAX_SHIFTS as u64 });
        }
        let unknown =
            shifts.iter().enumerate().filter(|(_, shift)| shift.site_id().is_some_and(|site| !sites.contains(site)));
        let unknown: Vec<FieldFault> = unknown
            .map(|(index, _)| FieldFault::new(format!("shifts[{index}].site_id"), FieldRule::NotASite))
            .collect();
        if !unknown.is_empty() {
            return Err(unknown.into());
        }
        let shifts: Vec<PatternShift> = shifts.iter().copied().map(PatternShift::from).collect();
        plan(DayPlan::Shifts(shifts.clone())).map_err(|refusal| {
            let clashes = matches!(refusal, PlanRefusal::Clash(_));
            // Two shifts overlap only once enough of them are planned. The first shift that doesn't fit is named.
            let counts: Vec<usize> = (1..=shifts.len()).collect();
            let fitting = counts.partition_point(|count| plan(DayPlan::Shifts(shifts[..*count].to_vec())).is_ok());
            refused_plan(&refusal, if clashes { format!("shifts[{fitting}]") } else { "shifts".to_owned() })
        })
    }
}

/// Returns the refusal of a plan. `path` is the path of the shifts in the request.
pub(super) fn refused_plan(refusal: &PlanRefusal, path: impl Into<String>) -> Refusal {
    let path = match refusal {
        PlanRefusal::DayWorked => return DayPlanRefusal::DayWorked.into(),
        PlanRefusal::InThePast | PlanRefusal::TooFarAhead => "date".to_owned(),
        PlanRefusal::UnknownSite(_) | PlanRefusal::TooManySites | PlanRefusal::Clash(_) => path.into(),
    };
    Refusal::Invalid(vec![FieldFault::new(path, refusal.rule())])
}
