//! Pay rules: which time is overtime, which premiums it has, and how it is rounded. They are versioned by date.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::PayCode;
use crate::{
    FieldRule, Invalid,
    bounded::Bounded,
    calendar::{TimeOfDay, Weekday, WorkDate},
    id::PayRulesId,
    settings::MinutesOfDay,
    text::Name,
};

/// Rules by which the time of some people is paid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PayRules {
    /// The id.
    pub id: PayRulesId,
    /// The name.
    pub name: Name,
    /// The versions.
    pub versions: PayRulesVersions,
    /// Counts the changes; grows by 1 with each.
    pub version: u64,
}

/// The versions of rules, in ascending order of their first date, each date once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<PayRulesVersion>", into = "Vec<PayRulesVersion>")]
pub struct PayRulesVersions(Vec<PayRulesVersion>);

impl PayRulesVersions {
    /// The most versions.
    pub const MAX: usize = 50;

    /// The version that holds on a date; none before the first.
    pub fn on(&self, date: WorkDate) -> Option<&PayRulesVersion> {
        self.0.iter().rev().find(|version| version.effective_from <= date)
    }

    /// All versions in ascending order.
    pub fn all(&self) -> &[PayRulesVersion] {
        &self.0
    }
}

impl TryFrom<Vec<PayRulesVersion>> for PayRulesVersions {
    type Error = Invalid;

    fn try_from(mut versions: Vec<PayRulesVersion>) -> Result<Self, Invalid> {
        if versions.is_empty() || versions.len() > Self::MAX {
            return Err(Invalid::new(FieldRule::ItemsBetween { min: 1, max: Self::MAX as u64 }));
        }
        versions.sort_by_key(|version| version.effective_from);
        if versions.array_windows().any(|[earlier, next]| earlier.effective_from == next.effective_from) {
            return Err(Invalid::new(FieldRule::Distinct));
        }
        Ok(Self(versions))
    }
}

impl From<PayRulesVersions> for Vec<PayRulesVersion> {
    fn from(versions: PayRulesVersions) -> Self {
        versions.0
    }
}

/// What holds from a date on, until the next version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PayRulesVersion {
    /// The first date. The version of a week's first date holds for the whole week.
    pub effective_from: WorkDate,
    /// The thresholds beyond which work is overtime. Empty: no work is overtime.
    #[serde(default)]
    #[schema(max_items = 8)]
    pub overtime: Vec<OvertimeRule>,
    /// The additions to work at certain times.
    #[serde(default)]
    #[schema(max_items = 20)]
    pub premiums: Vec<PremiumRule>,
    /// How paid time is rounded; null: to the second, as it was recorded.
    #[serde(default)]
    pub rounding: Option<Rounding>,
    /// Which premiums count where several apply.
    #[serde(default)]
    pub stacking: Stacking,
    /// What becomes of work before the first shift of a day.
    #[serde(default)]
    pub before_shift: BeforeShift,
    /// The first day of the week, for overtime by week.
    #[serde(default = "monday")]
    pub week_starts: Weekday,
}

const fn monday() -> Weekday {
    Weekday::Monday
}

impl PayRulesVersion {
    /// The most thresholds.
    pub const MAX_OVERTIME: usize = 8;
    /// The most premiums.
    pub const MAX_PREMIUMS: usize = 20;

    /// The rules of people without a pay profile: work beyond what was scheduled is overtime.
    pub fn built_in() -> Self {
        Self {
            effective_from: WorkDate::MIN,
            overtime: vec![OvertimeRule {
                per: OvertimePeriod::Day,
                after: OvertimeThreshold::Scheduled,
                code: PayCode::overtime(),
                needs_approval: false,
                counts_absence: false,
            }],
            premiums: Vec::new(),
            rounding: None,
            stacking: Stacking::Highest,
            before_shift: BeforeShift::Count,
            week_starts: Weekday::Monday,
        }
    }

    /// The first date of the week in which a date lies.
    pub fn week_of(&self, date: WorkDate) -> WorkDate {
        let back = (0..7).find(|back| date.plus_days(-back).weekday() == self.week_starts);
        // One of seven days in a row is that weekday.
        date.plus_days(-back.unwrap_or(0))
    }

    /// The rule that a version breaks, with the name of its field.
    pub fn check(&self) -> Result<(), (&'static str, Invalid)> {
        let too_many = |max: usize| Invalid::new(FieldRule::ItemsAtMost { max: max as u64 });
        if self.overtime.len() > Self::MAX_OVERTIME {
            return Err(("overtime", too_many(Self::MAX_OVERTIME)));
        }
        if self.premiums.len() > Self::MAX_PREMIUMS {
            return Err(("premiums", too_many(Self::MAX_PREMIUMS)));
        }
        let same_threshold = |index: usize, rule: &OvertimeRule| {
            self.overtime.iter().skip(index + 1).any(|other| (other.per, other.after) == (rule.per, rule.after))
        };
        if self.overtime.iter().enumerate().any(|(index, rule)| same_threshold(index, rule)) {
            return Err(("overtime", Invalid::new(FieldRule::Distinct)));
        }
        Ok(())
    }
}

/// A threshold beyond which work has another code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct OvertimeRule {
    /// What the threshold is counted over.
    pub per: OvertimePeriod,
    /// The threshold.
    pub after: OvertimeThreshold,
    /// The code of the time beyond it.
    pub code: PayCode,
    /// Whether a manager must approve the time before it is paid. Many laws require that work which was let happen is paid.
    #[serde(default)]
    pub needs_approval: bool,
    /// Whether paid absence counts towards the threshold of a week or a pay period.
    #[serde(default)]
    pub counts_absence: bool,
}

/// What an overtime threshold is counted over. Time beyond a daily threshold doesn't count towards a weekly one, nor time
/// beyond either of them towards that of the pay period: no second is overtime twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum OvertimePeriod {
    /// A work date.
    Day,
    /// A week.
    Week,
    /// A pay period.
    Period,
}

/// The time beyond which work is overtime: `"scheduled"`, or `{"minutes": 480}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum OvertimeThreshold {
    /// What was scheduled in that day, week or period.
    Scheduled,
    /// A fixed number of minutes.
    Minutes(#[schema(inline)] Bounded<0, 44_640>),
}

/// An addition to work between two times of day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PremiumRule {
    /// The code of the premium.
    pub code: PayCode,
    /// The start on the wall clock of the work place.
    pub from: TimeOfDay,
    /// The end. Not later than `from`: the window ends on the next date; the same time: it lasts the whole day.
    pub until: TimeOfDay,
    /// The kinds of dates; absent: any. The date is that of the instant, not the work date.
    #[serde(default)]
    #[schema(max_items = 3)]
    pub days: Option<Vec<PremiumDay>>,
    /// The weekdays; absent: any. The weekday is that of the instant, not of the work date.
    #[serde(default)]
    #[schema(max_items = 7)]
    pub weekdays: Option<Vec<Weekday>>,
    /// The least time of a work date within the window for which the premium is due.
    #[serde(default = "no_minutes")]
    pub min_minutes: MinutesOfDay,
}

const fn no_minutes() -> MinutesOfDay {
    MinutesOfDay::constant::<0>()
}

/// A kind of date for premiums.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PremiumDay {
    /// A date on which the person is expected, on leave or not.
    Workday,
    /// A date off.
    WeeklyOff,
    /// A public holiday of the work place, also where the person is expected.
    Holiday,
}

/// How paid time is rounded. What was recorded stays as it is; the difference is an adjustment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Rounding {
    /// Time is rounded to multiples of so many minutes.
    #[schema(inline)]
    pub step_minutes: Bounded<1, 60>,
    /// The direction.
    pub mode: RoundingMode,
    /// What is rounded.
    pub of: RoundedTime,
}

/// The direction of rounding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RoundingMode {
    /// To the nearest multiple, halves up.
    Nearest,
    /// To the next multiple.
    Up,
    /// To the multiple before.
    Down,
}

impl Rounding {
    /// The multiple of the step that the seconds are rounded to.
    pub(super) fn round(self, seconds: i64) -> i64 {
        let step = 60 * self.step_minutes.as_i64();
        let shift = match self.mode {
            RoundingMode::Nearest => step / 2,
            RoundingMode::Up => step - 1,
            RoundingMode::Down => 0,
        };
        (seconds + shift).div_euclid(step) * step
    }
}

/// What is rounded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RoundedTime {
    /// Each clock-in and clock-out, on the wall clock of the work place.
    Punch,
    /// The paid time of a work date.
    Day,
}

/// Which premiums count where several apply.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Stacking {
    /// The one with the highest multiplier; of equal ones the first of the rules.
    #[default]
    Highest,
    /// All.
    All,
}

/// What becomes of work before the first shift of a day.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum BeforeShift {
    /// It counts as work.
    #[default]
    Count,
    /// It counts once a manager approves it.
    Approve,
    /// It isn't paid.
    Ignore,
}
