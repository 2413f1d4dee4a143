//! The choices that a company has about punches, overtime and lateness.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{LeaveAllowance, MinutesOfDay};
use crate::{FieldRule, Invalid, bounded::Bounded};

/// When a shift may be clocked in to: from `start − before_minutes` to `start + after_minutes`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct ClockInWindow {
    /// Minutes before the start.
    pub before_minutes: MinutesOfDay,
    /// Minutes after the start; absent: until the shift's end.
    pub after_minutes: Option<MinutesOfDay>,
    /// What a clock-in outside the window of every shift of its date does.
    pub outside: OutsideWindow,
}

impl Default for ClockInWindow {
    fn default() -> Self {
        Self { before_minutes: Bounded::constant::<60>(), after_minutes: None, outside: OutsideWindow::Refuse }
    }
}

/// What a clock-in outside the window of every shift of its date does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum OutsideWindow {
    /// It is refused.
    Refuse,
    /// It is taken for the nearest shift of its date, flagged `outside_window`, and waits for a manager's acknowledgement.
    Flag,
}

/// What a clock-in on a day of full leave does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ClockInOnLeave {
    /// It is refused.
    Refuse,
    /// It is taken, flagged `on_leave`, and waits for a manager's acknowledgement.
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

/// How overtime counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
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

/// What lateness costs. Some laws forbid taking it off leave that they grant: `{"mode": "off"}` turns it off.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
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
            days: LeaveAllowance::of_hundredths::<50>(),
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
