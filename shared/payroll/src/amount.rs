//! Amounts with two decimals, as payroll systems take them.

use domain::{FieldRule, Invalid};
use serde::{Deserialize, Serialize};

/// The seconds of an hour.
const HOUR: i64 = 3_600;

/// A number of hours or days with two decimals.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "f64", into = "f64")]
pub struct Hundredths(i64);

impl Hundredths {
    /// Creates an amount from its hundredths.
    pub const fn new(hundredths: i64) -> Self {
        Self(hundredths)
    }

    /// The hundredths of the amount.
    pub const fn get(self) -> i64 {
        self.0
    }

    /// The amount as text with two decimals: `-7.50`, or `-7,50` with a comma.
    pub fn text(self, decimal: char) -> String {
        let sign = if self.0 < 0 { "-" } else { "" };
        let absolute = self.0.unsigned_abs();
        format!("{sign}{}{decimal}{:02}", absolute / 100, absolute % 100)
    }
}

impl std::ops::Add for Hundredths {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl std::ops::Sub for Hundredths {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }
}

impl From<Hundredths> for f64 {
    fn from(amount: Hundredths) -> Self {
        #[expect(clippy::cast_precision_loss, reason = "hundredths of hours and days are far below 2^53")]
        let hundredths = amount.0 as Self;
        hundredths / 100.0
    }
}

impl TryFrom<f64> for Hundredths {
    type Error = Invalid;

    fn try_from(value: f64) -> Result<Self, Invalid> {
        let hundredths = (value * 100.0).round();
        if hundredths.abs() < 1e15 {
            #[expect(clippy::cast_possible_truncation, reason = "a whole number within the bounds just checked")]
            let hundredths = hundredths as i64;
            Ok(Self(hundredths))
        } else {
            Err(Invalid::new(FieldRule::Number))
        }
    }
}

impl utoipa::PartialSchema for Hundredths {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::Number)
            .description(Some("A number with at most two decimals."))
            .examples([7.5])
            .into()
    }
}

impl utoipa::ToSchema for Hundredths {}

/// Returns seconds as hours with two decimals. Half a hundredth is rounded away from zero.
pub const fn hours(seconds: i64) -> Hundredths {
    let doubled = seconds * 200;
    let half = if seconds < 0 { -HOUR } else { HOUR };
    Hundredths((doubled + half) / (2 * HOUR))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_are_rounded_half_away_from_zero() {
        let rounded = |seconds| hours(seconds).text('.');
        assert_eq!(rounded(28_800), "8.00");
        assert_eq!(rounded(27_018), "7.51"); // 7.505 hours
        assert_eq!(rounded(27_017), "7.50");
        assert_eq!(rounded(-27_018), "-7.51");
        assert_eq!(rounded(-18), "-0.01");
        assert_eq!(rounded(17), "0.00");
    }

    #[test]
    fn an_amount_is_a_number_in_json() {
        assert_eq!(serde_json::to_string(&Hundredths::new(-750)).unwrap(), "-7.5");
        assert_eq!(serde_json::from_str::<Hundredths>("7.25").unwrap(), Hundredths::new(725));
        assert_eq!(Hundredths::new(-5).text(','), "-0,05");
    }
}
