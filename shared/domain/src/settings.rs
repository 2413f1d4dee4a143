//! The company's settings: everything about the rules that a company may choose, as typed policy with its defaults.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    Invalid,
    bounded::Bounded,
    calendar::{TimeOfDay, Weekday, Zone},
    text::Name,
};

/// Minutes up to a day.
pub type MinutesOfDay = Bounded<0, 1440>;

/// All settings of the company. A field that a document leaves out has its default.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own in the contract")]
pub struct Settings {
    /// Shown to everyone.
    pub company_name: Name,
    /// The zone of people and sites that have none of their own.
    pub time_zone: Zone,
    /// The shift of everyone without a pattern, on every weekday that isn't off.
    pub default_shift: ShiftTimes,
    /// The weekdays off of everyone without a pattern.
    pub default_weekly_offs: WeeklyOffs,
    /// A clock-in up to this long after the start isn't late.
    pub late_grace_minutes: MinutesOfDay,
    /// A clock-out up to this long before the end isn't early.
    pub early_leave_grace_minutes: MinutesOfDay,
    /// When a shift may be clocked in to.
    pub clock_in_window: ClockInWindow,
    /// Whether people may work on dates without shifts and after the last shift's end.
    pub allow_unscheduled: bool,
    /// What a clock-in on leave does.
    pub clock_in_on_leave: ClockInOnLeave,
    /// Whether punches come with a photo.
    pub photo: PhotoRule,
    /// How long photos are kept.
    pub photo_retention_days: PhotoRetention,
    /// What a punch outside its site does.
    pub geofence: Geofence,
    /// How breaks count.
    pub breaks: BreakRules,
    /// How overtime counts.
    pub overtime: OvertimeRules,
    /// A session still open this long after its clock-in was forgotten.
    pub auto_clock_out_after_minutes: Bounded<60, 2880>,
    /// Days of annual leave a year, unless a person has an allowance of their own.
    pub annual_leave_days: LeaveAllowance,
    /// The length of one day of leave; fixed once the leave ledger has an entry.
    pub leave_day_minutes: Bounded<60, 1440>,
    /// The day on which a leave year begins.
    pub leave_year_start: MonthDay,
    /// Below this many days the balance is low.
    pub low_balance_days: LeaveAllowance,
    /// Days that may be carried into the next leave year.
    pub carry_over_days: LeaveAllowance,
    /// After this many months carried days expire; never where absent.
    pub carry_over_expires_after_months: Option<Bounded<1, 24>>,
    /// Whether the first year's allowance is pro rata.
    pub prorate_first_year: bool,
    /// What lateness costs.
    pub late_deduction: LateDeduction,
    /// Whether a swap that both accepted waits for a manager.
    pub swap_needs_manager: bool,
    /// The least rest between two shifts that a swap may leave.
    pub min_rest_minutes: MinutesOfDay,
    /// Whether people who register are active at once.
    pub open_registration: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            company_name: default_company_name(),
            time_zone: Zone::UTC,
            default_shift: ShiftTimes {
                start: TimeOfDay::constant::<9, 0>(),
                end: TimeOfDay::constant::<18, 0>(),
                break_minutes: Bounded::constant::<60>(),
            },
            default_weekly_offs: WeeklyOffs(vec![Weekday::Saturday, Weekday::Sunday]),
            late_grace_minutes: Bounded::constant::<5>(),
            early_leave_grace_minutes: Bounded::constant::<5>(),
            clock_in_window: ClockInWindow::default(),
            allow_unscheduled: true,
            clock_in_on_leave: ClockInOnLeave::Refuse,
            photo: PhotoRule::Optional,
            photo_retention_days: PhotoRetention::Days90,
            geofence: Geofence::Off,
            breaks: BreakRules::default(),
            overtime: OvertimeRules::default(),
            auto_clock_out_after_minutes: Bounded::constant::<960>(),
            annual_leave_days: LeaveAllowance { hundredths: 1500 },
            leave_day_minutes: Bounded::constant::<480>(),
            leave_year_start: MonthDay::NEW_YEAR,
            low_balance_days: LeaveAllowance { hundredths: 300 },
            carry_over_days: LeaveAllowance { hundredths: 0 },
            carry_over_expires_after_months: None,
            prorate_first_year: false,
            late_deduction: LateDeduction::default(),
            swap_needs_manager: false,
            min_rest_minutes: Bounded::constant::<0>(),
            open_registration: false,
        }
    }
}

#[expect(clippy::expect_used, reason = "a literal that keeps the rules of a name, held by a test")]
fn default_company_name() -> Name {
    Name::parse("My company").expect("the literal is a valid name")
}

/// Times of day between which a shift lasts; an `end` at or before `start` is on the next day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(try_from = "UncheckedShiftTimes")]
pub struct ShiftTimes {
    /// When the shift begins.
    pub start: TimeOfDay,
    /// When it ends; at or before `start`: on the next day.
    pub end: TimeOfDay,
    /// The unpaid break that the shift's length includes.
    pub break_minutes: MinutesOfDay,
}

/// [`ShiftTimes`] before its break is known to fit.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct UncheckedShiftTimes {
    start: TimeOfDay,
    end: TimeOfDay,
    #[serde(default = "MinutesOfDay::constant::<0>")]
    break_minutes: MinutesOfDay,
}

impl ShiftTimes {
    /// A shift whose break fits into it.
    pub fn new(start: TimeOfDay, end: TimeOfDay, break_minutes: MinutesOfDay) -> Result<Self, Invalid> {
        let times = Self { start, end, break_minutes };
        if break_minutes.get() < times.nominal_minutes() {
            Ok(times)
        } else {
            Err(Invalid::new("break_minutes must be less than the shift's length"))
        }
    }

    /// Whether the shift ends on the day after it began.
    pub fn ends_next_day(self) -> bool {
        self.end <= self.start
    }

    /// The length on the wall clock, 1 to 1440 minutes; over a DST change the elapsed time differs.
    pub fn nominal_minutes(self) -> u32 {
        let start = u32::from(self.start.minutes_since_midnight());
        let end = u32::from(self.end.minutes_since_midnight());
        if self.ends_next_day() { end + 1440 - start } else { end - start }
    }
}

impl TryFrom<UncheckedShiftTimes> for ShiftTimes {
    type Error = Invalid;

    fn try_from(unchecked: UncheckedShiftTimes) -> Result<Self, Invalid> {
        Self::new(unchecked.start, unchecked.end, unchecked.break_minutes)
    }
}

/// One or two different weekdays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(try_from = "Vec<Weekday>")]
#[schema(value_type = Vec<Weekday>, min_items = 1, max_items = 2)]
pub struct WeeklyOffs(Vec<Weekday>);

impl WeeklyOffs {
    /// Whether that weekday is off.
    pub fn contains(&self, weekday: Weekday) -> bool {
        self.0.contains(&weekday)
    }
}

impl TryFrom<Vec<Weekday>> for WeeklyOffs {
    type Error = Invalid;

    fn try_from(mut weekdays: Vec<Weekday>) -> Result<Self, Invalid> {
        weekdays.sort_unstable();
        let named = weekdays.len();
        weekdays.dedup();
        if weekdays.len() == named && (1..=2).contains(&named) {
            Ok(Self(weekdays))
        } else {
            Err(Invalid::new("must be one or two different weekdays"))
        }
    }
}

/// When a shift may be clocked in to: from `start − before_minutes` to `start + after_minutes`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ClockInWindow {
    /// Minutes before the start.
    pub before_minutes: MinutesOfDay,
    /// Minutes after the start; absent: until the shift's end.
    pub after_minutes: Option<MinutesOfDay>,
}

impl Default for ClockInWindow {
    fn default() -> Self {
        Self { before_minutes: Bounded::constant::<60>(), after_minutes: None }
    }
}

/// What a clock-in on a day of full leave does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ClockInOnLeave {
    /// It is refused.
    Refuse,
    /// It is taken, and the day flagged `on_leave`.
    Flag,
}

/// Whether punches come with a photo.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PhotoRule {
    /// Photos are not taken.
    Off,
    /// A photo may come with a punch.
    Optional,
    /// A clock-in without one is refused, a clock-out without one flagged.
    Required,
}

/// How long photos are kept; one S3 lifecycle rule for each value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "u32", into = "u32")]
pub enum PhotoRetention {
    /// 30 days
    Days30,
    /// 90 days
    Days90,
    /// 180 days
    Days180,
    /// 365 days
    Days365,
}

impl TryFrom<u32> for PhotoRetention {
    type Error = Invalid;

    fn try_from(days: u32) -> Result<Self, Invalid> {
        match days {
            30 => Ok(Self::Days30),
            90 => Ok(Self::Days90),
            180 => Ok(Self::Days180),
            365 => Ok(Self::Days365),
            _ => Err(Invalid::new("must be 30, 90, 180 or 365")),
        }
    }
}

impl From<PhotoRetention> for u32 {
    fn from(retention: PhotoRetention) -> Self {
        match retention {
            PhotoRetention::Days30 => 30,
            PhotoRetention::Days90 => 90,
            PhotoRetention::Days180 => 180,
            PhotoRetention::Days365 => 365,
        }
    }
}

impl utoipa::PartialSchema for PhotoRetention {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::Integer)
            .enum_values(Some([30, 90, 180, 365]))
            .into()
    }
}

impl ToSchema for PhotoRetention {}

/// What a punch outside its site does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Geofence {
    /// Places aren't compared.
    Off,
    /// The day is flagged `outside_geofence`.
    Flag,
    /// A clock-in is refused, a clock-out flagged.
    Enforce,
}

/// How breaks count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct BreakRules {
    /// Whether breaks are paid.
    pub paid: bool,
    /// The most break in a day; beyond it the day is flagged, and the excess of paid breaks unpaid.
    pub max_minutes_per_day: Option<MinutesOfDay>,
    /// The break that is taken off long days by itself.
    pub auto_deduct: Option<AutoDeduct>,
}

/// A break of `minutes` taken off once a day that lasts longer than `after_minutes`, as far as it wasn't taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AutoDeduct {
    /// Elapsed minutes beyond which the deduction begins.
    pub after_minutes: MinutesOfDay,
    /// The most that is deducted.
    pub minutes: MinutesOfDay,
}

/// How overtime counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct OvertimeRules {
    /// Whether time before the first shift's start counts.
    pub count_before_shift: bool,
    /// Less than this is none.
    pub min_minutes: MinutesOfDay,
}

impl Default for OvertimeRules {
    fn default() -> Self {
        Self { count_before_shift: false, min_minutes: Bounded::constant::<0>() }
    }
}

/// What lateness costs.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct LateDeduction {
    /// How lateness is charged.
    pub mode: LateDeductionMode,
    /// `per_occurrence`: every how many late days.
    pub every: Bounded<1, 31>,
    /// `per_occurrence`: what they cost.
    pub days: LeaveAllowance,
    /// `per_minute`: minutes of a month that cost nothing.
    pub free_minutes_per_month: Bounded<0, 10_000>,
}

impl Default for LateDeduction {
    fn default() -> Self {
        Self {
            mode: LateDeductionMode::PerMinute,
            every: Bounded::constant::<3>(),
            days: LeaveAllowance { hundredths: 50 },
            free_minutes_per_month: Bounded::constant::<0>(),
        }
    }
}

/// How lateness is charged to annual leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LateDeductionMode {
    /// Not at all.
    Off,
    /// Whole late minutes out of a leave day.
    PerMinute,
    /// So much for every Nth late day of a month.
    PerOccurrence,
}

/// Days of leave as people set them: 0 to 366 with up to two decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "f64", into = "f64")]
pub struct LeaveAllowance {
    /// Hundredths of a day, 0 to 36,600.
    hundredths: u32,
}

impl LeaveAllowance {
    /// Hundredths of a day.
    pub const fn hundredths(self) -> u32 {
        self.hundredths
    }
}

impl TryFrom<f64> for LeaveAllowance {
    type Error = Invalid;

    fn try_from(days: f64) -> Result<Self, Invalid> {
        let hundredths = days * 100.0;
        let rounded = hundredths.round();
        if (0.0..=36_600.0).contains(&rounded) && (hundredths - rounded).abs() < 1e-6 {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "a whole number within the bounds just checked"
            )]
            let hundredths = rounded as u32;
            Ok(Self { hundredths })
        } else {
            Err(Invalid::new("must be a number of days from 0 to 366 with at most two decimals"))
        }
    }
}

impl From<LeaveAllowance> for f64 {
    fn from(allowance: LeaveAllowance) -> Self {
        Self::from(allowance.hundredths) / 100.0
    }
}

impl utoipa::PartialSchema for LeaveAllowance {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::Number)
            .minimum(Some(0))
            .maximum(Some(366))
            .multiple_of(Some(0.01))
            .into()
    }
}

impl ToSchema for LeaveAllowance {}

/// A day of every year, `MM-DD`; 29 February isn't one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(try_from = "String", into = "String")]
#[schema(value_type = String, pattern = "^[0-1][0-9]-[0-3][0-9]$", example = "04-01")]
pub struct MonthDay(/* in 2026, which has no 29 February: what is a date in it is one in every year */ Date);

impl MonthDay {
    /// 1 January.
    pub const NEW_YEAR: Self = Self(jiff::civil::date(2026, 1, 1));

    /// The month, 1 to 12.
    pub fn month(self) -> i8 {
        self.0.month()
    }

    /// The day of the month, 1 to 31.
    pub fn day(self) -> i8 {
        self.0.day()
    }
}

impl TryFrom<String> for MonthDay {
    type Error = Invalid;

    fn try_from(text: String) -> Result<Self, Invalid> {
        (text.len() == 5)
            .then(|| format!("2026-{text}").parse().ok())
            .flatten()
            .map(Self)
            .ok_or_else(|| Invalid::new("must be a month and day of every year such as 04-01"))
    }
}

impl From<MonthDay> for String {
    fn from(month_day: MonthDay) -> Self {
        format!("{:02}-{:02}", month_day.month(), month_day.day())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_document_is_the_defaults() {
        assert_eq!(serde_json::from_str::<Settings>("{}").unwrap(), Settings::default());
    }

    #[test]
    fn settings_are_read_back_as_written() {
        let written = serde_json::to_string(&Settings::default()).unwrap();
        assert_eq!(serde_json::from_str::<Settings>(&written).unwrap(), Settings::default());
    }

    #[test]
    fn a_default_shift_without_break_minutes_has_none() {
        let settings: Settings =
            serde_json::from_str(r#"{"default_shift": {"start": "09:00", "end": "18:00"}}"#).unwrap();
        assert_eq!(settings.default_shift.break_minutes.get(), 0);
    }

    #[test]
    fn what_the_rules_forbid_is_refused() {
        for wrong in [
            r#"{"late_grace_minutes": -1}"#,
            r#"{"late_grace_minutes": 1.5}"#,
            r#"{"photo_retention_days": 31}"#,
            r#"{"default_weekly_offs": []}"#,
            r#"{"default_weekly_offs": ["monday", "monday"]}"#,
            r#"{"default_weekly_offs": ["monday", "tuesday", "sunday"]}"#,
            r#"{"leave_year_start": "02-29"}"#,
            r#"{"annual_leave_days": 15.125}"#,
            r#"{"default_shift": {"start": "09:00", "end": "10:00", "break_minutes": 60}}"#,
            r#"{"time_zone": "Mars/Olympus"}"#,
            r#"{"late_grace": 5}"#,
        ] {
            assert!(serde_json::from_str::<Settings>(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_shift_that_ends_at_its_start_lasts_a_day() {
        let times: ShiftTimes = serde_json::from_str(r#"{"start": "08:00", "end": "08:00"}"#).unwrap();
        assert!(times.ends_next_day());
        assert_eq!(times.nominal_minutes(), 1440);
    }
}
