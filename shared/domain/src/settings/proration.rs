//! How much of a year's leave somebody gets who is employed for a part of the year.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How leave is granted pro rata: the part of the leave year in which the person is employed, and how that is rounded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct Proration {
    /// What is counted.
    pub unit: ProrationUnit,
    /// How the part is rounded.
    pub rounding: ProrationRounding,
}

impl Default for Proration {
    fn default() -> Self {
        Self { unit: ProrationUnit::Month, rounding: ProrationRounding::HalfUp }
    }
}

/// What is counted of a leave year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ProrationUnit {
    /// Months of the leave year. One counts when the person is employed on its 15th day.
    Month,
    /// Days.
    Day,
}

/// How a part of a year's leave is rounded. Never to more than the whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ProrationRounding {
    /// To the minute.
    None,
    /// Up to the next half day.
    HalfUp,
    /// To the nearest half day; halfway between two, up.
    HalfNearest,
    /// Up to the next day.
    DayUp,
    /// To the nearest day; halfway between two, up.
    DayNearest,
}
