//! The settings of punches, overtime and lateness.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{LeaveAllowance, MinutesOfDay};
use crate::{FieldRule, Invalid, bounded::Bounded};

/// The window in which people may clock in for a shift: from `start − before_minutes` to `start + after_minutes`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct ClockInWindow {
    /// The minutes before the start.
    pub before_minutes: MinutesOfDay,
    /// The minutes after the start; absent if the window ends with the shift.
    pub after_minutes: Option<MinutesOfDay>,
    /// The handling of a clock-in outside the window of every shift of its date.
    pub outside: OutsideWindow,
}

impl Default for ClockInWindow {
    fn default() -> Self {
        Self { before_minutes: Bounded::constant::<60>(), after_minutes: None, outside: OutsideWindow::Refuse }
    }
}

/// The handling of a clock-in outside the window of every shift of its date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum OutsideWindow {
    /// The clock-in is refused.
    Refuse,
    /// The clock-in counts for the nearest shift of its date, is flagged `outside_window`, and waits for a manager's
    /// acknowledgement.
    Flag,
}

/// The handling of a clock-in on a day of full leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ClockInOnLeave {
    /// The clock-in is refused.
    Refuse,
    /// The clock-in is accepted, flagged `on_leave`, and waits for a manager's acknowledgement.
    Flag,
}

/// Whether punches have a photo.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PhotoRule {
    /// Punches have no photo.
    Off,
    /// A punch may have a photo.
    Optional,
    /// A clock-in without a photo is refused. A clock-out without a photo is flagged.
    Required,
}

/// The retention period of photos. There is one S3 lifecycle rule for each value.
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
            _ => Err(Invalid::new(FieldRule::OneOf { allowed: ["30", "90", "180", "365"].into_iter().collect() })),
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
            .description(Some("The number of days for which photos are kept."))
            .enum_values(Some([30, 90, 180, 365]))
            .into()
    }
}

impl ToSchema for PhotoRetention {}

/// The handling of a punch outside its site.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Geofence {
    /// The location of punches isn't checked.
    Off,
    /// The day is flagged `outside_geofence`.
    Flag,
    /// A clock-in is refused. A clock-out is flagged.
    Enforce,
}

/// The rules for overtime.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct OvertimeRules {
    /// Whether time before the start of the first shift counts.
    pub count_before_shift: bool,
    /// The minimum overtime in minutes. Less than this doesn't count.
    pub min_minutes: MinutesOfDay,
}

impl Default for OvertimeRules {
    fn default() -> Self {
        Self { count_before_shift: false, min_minutes: Bounded::constant::<0>() }
    }
}

/// The deduction for lateness. Some laws forbid deducting lateness from the leave that they grant; `{"mode": "off"}` turns the
/// deduction off.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct LateDeduction {
    /// The method of the deduction.
    pub mode: LateDeductionMode,
    /// `per_occurrence`: the number of late days for each deduction.
    pub every: Bounded<1, 31>,
    /// `per_occurrence`: the leave days that each deduction costs.
    pub days: LeaveAllowance,
    /// `per_minute`: the late minutes of a month that aren't deducted.
    pub free_minutes_per_month: Bounded<0, 10_000>,
}

impl Default for LateDeduction {
    fn default() -> Self {
        Self {
            mode: LateDeductionMode::PerMinute,
            every: Bounded::constant::<3>(),
            days: LeaveAllowance::of_hundredths::<50>(),
            free_minutes_per_month: Bounded::constant::<0>(),
        }
    }
}

/// The method by which lateness is deducted from annual leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LateDeductionMode {
    /// Lateness isn't deducted.
    Off,
    /// Each whole late minute is deducted from annual leave.
    PerMinute,
    /// A fixed number of leave days is deducted for every Nth late day of a month.
    PerOccurrence,
}
