//! Days of leave, as the API shows and accepts them.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{FieldRule, Invalid};

/// A number of leave days with two decimals; negative for debt and for amounts that are removed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "f64", into = "f64")]
pub struct LeaveDays {
    hundredths: i64,
}

impl LeaveDays {
    /// Creates an amount from hundredths of a day.
    pub const fn of_hundredths(hundredths: i64) -> Self {
        Self { hundredths }
    }

    /// Returns the hundredths of a day.
    pub const fn hundredths(self) -> i64 {
        self.hundredths
    }
}

impl TryFrom<f64> for LeaveDays {
    type Error = Invalid;

    fn try_from(days: f64) -> Result<Self, Invalid> {
        let hundredths = days * 100.0;
        let rounded = hundredths.round();
        if (-36_600.0..=36_600.0).contains(&rounded) && (hundredths - rounded).abs() < 1e-6 {
            #[expect(clippy::cast_possible_truncation, reason = "a whole number within the bounds just checked")]
            let hundredths = rounded as i64;
            Ok(Self { hundredths })
        } else {
            Err(Invalid::new(FieldRule::DaysBetween { min: -366, max: 366 }))
        }
    }
}

impl From<LeaveDays> for f64 {
    fn from(days: LeaveDays) -> Self {
        #[expect(clippy::cast_precision_loss, reason = "hundredths of days are far below 2^53")]
        let hundredths = days.hundredths as Self;
        hundredths / 100.0
    }
}

/// `1 day`, `-0.5 days`, `14.99 days`
impl fmt::Display for LeaveDays {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = if self.hundredths == 100 { "day" } else { "days" };
        write!(f, "{} {unit}", f64::from(*self))
    }
}

impl utoipa::PartialSchema for LeaveDays {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::Number)
            .description(Some("Days of leave, with at most two decimals."))
            .examples([2.5])
            .into()
    }
}

impl utoipa::ToSchema for LeaveDays {}
