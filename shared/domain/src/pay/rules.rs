//! Pay rules: the thresholds of overtime, the premiums and the rounding. Rules are versioned by date.

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

/// The pay rules of a group of people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PayRules {
    /// The rules' id.
    pub id: PayRulesId,
    /// The rules' name.
    pub name: Name,
    /// The versions of the rules.
    pub versions: PayRulesVersions,
    /// The version of the stored item, which grows by 1 with each change.
    pub version: u64,
}

/// The versions of pay rules, in ascending order of their first date. Each date occurs once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<PayRulesVersion>", into = "Vec<PayRulesVersion>")]
pub struct PayRulesVersions(Vec<PayRulesVersion>);

impl PayRulesVersions {
    /// The maximum number of versions.
    pub const MAX: usize = 50;

    /// The version in force on a date; `None` before the first version.
    pub fn on(&self, date: WorkDate) -> Option<&PayRulesVersion> {
        self.0.iter().rev().find(|version| version.effective_from <= date)
    }

    /// All versions, in ascending order.
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

/// A version of pay rules, in force from a date until the next version.
///
/// A rule with a field that this release doesn't know is refused, also if another release stored it: pay by a part of a rule
/// would be wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PayRulesVersion {
    /// The first date. The version of a week's first date applies to the whole week.
    pub effective_from: WorkDate,
    /// The thresholds beyond which work is overtime. If empty, no work is overtime.
    #[serde(default)]
    #[schema(max_items = 8)]
    pub overtime: Vec<OvertimeRule>,
    /// The premiums for work at certain times.
    #[serde(default)]
    #[schema(max_items = 20)]
    pub premiums: Vec<PremiumRule>,
    /// The rounding of paid time; null if time is paid to the second, as recorded.
    #[serde(default)]
    pub rounding: Option<Rounding>,
    /// The premiums that count if several apply.
    #[serde(default)]
    pub stacking: Stacking,
    /// The handling of work before the first shift of a day.
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
    /// The maximum number of thresholds.
    pub const MAX_OVERTIME: usize = 8;
    /// The maximum number of premiums.
    pub const MAX_PREMIUMS: usize = 20;

    /// The rules of people without a pay profile: work beyond the scheduled time is overtime.
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

    /// The first date of the week that contains a date.
    pub fn week_of(&self, date: WorkDate) -> WorkDate {
        let back = (0..7).find(|back| date.plus_days(-back).weekday() == self.week_starts);
        // One of seven consecutive days is that weekday.
        date.plus_days(-back.unwrap_or(0))
    }

    /// Whether a threshold or a premium has the code.
    pub fn uses(&self, code: &PayCode) -> bool {
        self.overtime.iter().any(|rule| rule.code == *code) || self.premiums.iter().any(|rule| rule.code == *code)
    }

    /// Checks the version. An error names the field and the rule that it breaks.
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
#[serde(deny_unknown_fields)]
pub struct OvertimeRule {
    /// The period over which time is counted towards the threshold.
    pub per: OvertimePeriod,
    /// The threshold.
    pub after: OvertimeThreshold,
    /// The code of the time beyond the threshold.
    pub code: PayCode,
    /// Whether a manager must approve the time before it is paid. Many laws require payment for work that the employer knew of
    /// and allowed.
    #[serde(default)]
    pub needs_approval: bool,
    /// Whether paid absence counts towards the threshold of a week or a pay period. The scheduled time has no time of absence in any
    /// case.
    #[serde(default)]
    pub counts_absence: bool,
}

/// The period over which an overtime threshold is counted. Time beyond a daily threshold doesn't count towards a weekly
/// threshold. Time beyond either doesn't count towards the threshold of the pay period. Therefore no second is overtime twice.
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OvertimeThreshold {
    /// The scheduled time of that day, week or period.
    Scheduled,
    /// A fixed number of minutes.
    Minutes(Bounded<0, 44_640>),
}

// Written by hand: the derived schema of a described variant with a value requires the value to be an object as well.
impl utoipa::PartialSchema for OvertimeThreshold {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        use utoipa::openapi::schema::{ObjectBuilder, OneOfBuilder, Type};
        let scheduled = ObjectBuilder::new()
            .schema_type(Type::String)
            .enum_values(Some(["scheduled"]))
            .description(Some("The scheduled time of that day, week or period."));
        let minutes = ObjectBuilder::new()
            .schema_type(Type::Integer)
            .minimum(Some(0))
            .maximum(Some(44_640))
            .description(Some("A fixed number of minutes."));
        let fixed = ObjectBuilder::new()
            .property("minutes", minutes)
            .required("minutes")
            .description(Some("A fixed number of minutes."));
        OneOfBuilder::new()
            .description(Some("The time beyond which work is overtime: `\"scheduled\"`, or `{\"minutes\": 480}`."))
            .item(scheduled)
            .item(fixed)
            .into()
    }
}

impl ToSchema for OvertimeThreshold {}

/// A premium for work between two times of day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PremiumRule {
    /// The code of the premium.
    pub code: PayCode,
    /// The start, on the wall clock of the work place.
    pub from: TimeOfDay,
    /// The end. If it is earlier than `from`, the window ends on the next date. If it is the same time, the window lasts the
    /// whole day.
    pub until: TimeOfDay,
    /// The kinds of dates on which the premium applies; absent for all. The date is that of the instant, not the work date.
    #[serde(default)]
    #[schema(max_items = 3)]
    pub days: Option<Vec<PremiumDay>>,
    /// The weekdays on which the premium applies; absent for all. The weekday is that of the instant, not of the work date.
    #[serde(default)]
    #[schema(max_items = 7)]
    pub weekdays: Option<Vec<Weekday>>,
    /// The minimum time of a work date within the window for the premium to apply.
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
    /// A date on which the person is expected, even if they are on leave.
    Workday,
    /// A date off.
    WeeklyOff,
    /// A public holiday of the work place, even if the person is expected.
    Holiday,
}

/// The rounding of paid time. The recorded time is unchanged; the difference is an adjustment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Rounding {
    /// The step in minutes. Time is rounded to multiples of it.
    #[schema(value_type = u32, minimum = 1, maximum = 60)]
    pub step_minutes: Bounded<1, 60>,
    /// The direction of rounding.
    pub mode: RoundingMode,
    /// The time that is rounded.
    pub of: RoundedTime,
}

/// The direction of rounding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RoundingMode {
    /// To the nearest multiple, halves up.
    Nearest,
    /// Up to the next multiple.
    Up,
    /// Down to the previous multiple.
    Down,
}

impl Rounding {
    /// Rounds the seconds to a multiple of the step.
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

/// The time that is rounded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RoundedTime {
    /// Each clock-in and clock-out, on the wall clock of the work place.
    Punch,
    /// The paid time of a work date.
    Day,
}

/// The premiums that count if several apply.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Stacking {
    /// The premium with the highest multiplier. Of premiums with the same multiplier, the first in the rules counts.
    #[default]
    Highest,
    /// All premiums.
    All,
}

/// The handling of work before the first shift of a day.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum BeforeShift {
    /// The time counts as work.
    #[default]
    Count,
    /// The time counts once a manager approves it.
    Approve,
    /// The time isn't paid.
    Ignore,
}
