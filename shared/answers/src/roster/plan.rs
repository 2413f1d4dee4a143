//! A person's patterns and planned days as the API shows them.

use std::collections::BTreeMap;

use domain::{
    calendar::{Weekday, WorkDate},
    id::{SwapId, UserId},
    schedule::{DayPlan, Pattern, PlanCause, PlannedDay, Planner, Schedule, ScheduleYear, Week},
    text::Reason,
};
use serde::Serialize;
use utoipa::ToSchema;

use super::planned_shift::ShiftTimesBody;

/// A person's roster.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Roster)]
pub struct RosterAnswer {
    /// The id of the person.
    user_id: UserId,
    /// The patterns in the order of their dates. Each applies until the next one. Before the first one, the company's
    /// default shift and days off apply.
    patterns: Vec<PatternAnswer>,
    /// The requested dates that an override or a swap changed.
    days: Vec<PlannedDayAnswer>,
    /// The version of the patterns. It grows with each change.
    version: u64,
}

/// A pattern from a date on: a week that repeats, or a rotation.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = RosterPattern)]
pub struct PatternAnswer {
    /// The first date on which the pattern applies.
    effective_from: WorkDate,
    #[serde(flatten)]
    rhythm: RhythmAnswer,
}

/// The weeks of a pattern.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(untagged)]
#[schema(as = RosterRhythm)]
pub enum RhythmAnswer {
    /// The same week every week.
    Weekly(WeekAnswer),
    /// Several weeks in rotation.
    Rotation {
        /// The weeks of the rotation in order.
        weeks: Vec<WeekAnswer>,
        /// A Monday on which the first week begins.
        anchor: WorkDate,
    },
}

/// A week of a pattern.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = RosterWeekShown)]
pub struct WeekAnswer {
    /// The days off.
    weekly_offs: Vec<Weekday>,
    /// The shifts that begin on each weekday.
    shifts: WeekShifts,
}

/// The shifts of a week, by weekday.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(transparent)]
#[schema(as = RosterShiftsByWeekday)]
pub struct WeekShifts(BTreeMap<Weekday, Vec<ShiftTimesBody>>);

/// A date that an override or a swap changed.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = RosterDay)]
pub struct PlannedDayAnswer {
    /// The date.
    date: WorkDate,
    /// Whether the date is off.
    off: bool,
    /// The shifts of the date, in order.
    shifts: Vec<ShiftTimesBody>,
    /// The manager's reason.
    #[schema(value_type = Option<String>)]
    reason: Option<Reason>,
    /// The id of the swap that changed the date.
    swap_id: Option<SwapId>,
    /// The version of the plan, for `If-Match`.
    version: u64,
}

impl RosterAnswer {
    /// Creates the answer for a roster, with the dates planned differently from `from` to `to`. The planner provides
    /// the time zones.
    pub fn new(
        planner: &Planner<'_>,
        schedule: &Schedule,
        years: &BTreeMap<i16, ScheduleYear>,
        (from, to): (WorkDate, WorkDate),
    ) -> Self {
        let otherwise = years.values().flat_map(|year| &year.days);
        let asked = otherwise.filter(|(date, _)| (from..=to).contains(*date));
        Self {
            user_id: planner.person.id,
            patterns: schedule.patterns().iter().map(PatternAnswer::new).collect(),
            days: asked.map(|(date, day)| PlannedDayAnswer::new(planner, *date, day)).collect(),
            version: schedule.version,
        }
    }
}

impl PatternAnswer {
    /// Creates the answer for a pattern.
    pub fn new(pattern: &Pattern) -> Self {
        let weeks = pattern.rhythm.weeks();
        let rhythm = match (pattern.rhythm.anchor(), weeks) {
            (None, [week]) => RhythmAnswer::Weekly(WeekAnswer::new(week)),
            (anchor, weeks) => RhythmAnswer::Rotation {
                weeks: weeks.iter().map(WeekAnswer::new).collect(),
                // Only a rotation has several weeks, and it has an anchor.
                anchor: anchor.unwrap_or(pattern.effective_from),
            },
        };
        Self { effective_from: pattern.effective_from, rhythm }
    }
}

impl WeekAnswer {
    fn new(week: &Week) -> Self {
        Self {
            weekly_offs: Weekday::ALL.into_iter().filter(|weekday| week.weekly_offs.contains(*weekday)).collect(),
            shifts: WeekShifts(
                week.shifts
                    .iter()
                    .map(|(weekday, shifts)| (*weekday, shifts.iter().copied().map(ShiftTimesBody::from).collect()))
                    .collect(),
            ),
        }
    }
}

impl PlannedDayAnswer {
    /// Creates the answer for a planned day.
    pub fn new(planner: &Planner<'_>, date: WorkDate, day: &PlannedDay) -> Self {
        let shifts = match &day.plan {
            DayPlan::Off => Vec::new(),
            DayPlan::Shifts(shifts) => shifts.iter().copied().map(ShiftTimesBody::from).collect(),
            DayPlan::Given(shifts) => shifts.iter().map(|shift| ShiftTimesBody::on_the_wall(planner, shift)).collect(),
        };
        let (reason, swap_id) = match &day.cause {
            PlanCause::Override { reason } => (reason.clone(), None),
            PlanCause::Swap { swap_id } => (None, Some(*swap_id)),
        };
        Self { date, off: shifts.is_empty(), shifts, reason, swap_id, version: day.version }
    }
}
