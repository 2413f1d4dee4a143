//! The proration of annual leave for people who are employed for only a part of the leave year.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The proration of annual leave: how the employed part of the leave year is counted, and how the result is rounded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct Proration {
    /// The unit in which the employed part is counted.
    pub unit: ProrationUnit,
    /// The rounding of the result.
    pub rounding: ProrationRounding,
}

impl Default for Proration {
    fn default() -> Self {
        Self { unit: ProrationUnit::Month, rounding: ProrationRounding::HalfUp }
    }
}

/// The unit in which the employed part of a leave year is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ProrationUnit {
    /// Months of the leave year. A month counts if the person is employed on its 15th day.
    Month,
    /// Days.
    Day,
}

/// The rounding of prorated leave. The result is never more than the full allowance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ProrationRounding {
    /// To the minute.
    None,
    /// Up to the next half day.
    HalfUp,
    /// To the nearest half day; a value halfway between two is rounded up.
    HalfNearest,
    /// Up to the next day.
    DayUp,
    /// To the nearest day; a value halfway between two is rounded up.
    DayNearest,
}
