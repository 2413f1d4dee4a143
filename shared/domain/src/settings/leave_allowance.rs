//! Leave allowances in days, and the day on which a leave year begins.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{FieldRule, Invalid};

/// A number of leave days: 0 to 366 with up to two decimals.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "f64", into = "f64")]
pub struct LeaveAllowance {
    /// The days in hundredths, 0 to 36,600.
    hundredths: u32,
}

impl LeaveAllowance {
    /// An allowance that is checked at compile time: more than 366 days doesn't compile.
    pub const fn of_hundredths<const HUNDREDTHS: u32>() -> Self {
        const { assert!(HUNDREDTHS <= 36_600, "more than a year") }
        Self { hundredths: HUNDREDTHS }
    }

    /// The days in hundredths.
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
            Err(Invalid::new(FieldRule::DaysBetween { min: 0, max: 366 }))
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
            .description(Some("Days with at most two decimals."))
            .into()
    }
}

impl ToSchema for LeaveAllowance {}

/// A day of every year, `MM-DD`. 29 February isn't allowed.
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
            .ok_or_else(|| Invalid::new(FieldRule::MonthDay))
    }
}

impl From<MonthDay> for String {
    fn from(month_day: MonthDay) -> Self {
        format!("{:02}-{:02}", month_day.month(), month_day.day())
    }
}
