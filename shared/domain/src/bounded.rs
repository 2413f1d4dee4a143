//! Whole numbers within bounds that are part of the type.

use serde::{Deserialize, Serialize};

use crate::{FieldRule, Invalid};

/// A whole number from `MIN` to `MAX`, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "i64", into = "u32")]
pub struct Bounded<const MIN: u32, const MAX: u32>(u32);

impl<const MIN: u32, const MAX: u32> Bounded<MIN, MAX> {
    /// Returns the number if it is within the bounds.
    pub fn new(value: u32) -> Result<Self, Invalid> {
        if (MIN..=MAX).contains(&value) {
            Ok(Self(value))
        } else {
            Err(Invalid::new(FieldRule::WholeNumberBetween { min: i64::from(MIN), max: i64::from(MAX) }))
        }
    }

    /// A constant that is checked at compile time: a value out of bounds doesn't compile.
    pub const fn constant<const VALUE: u32>() -> Self {
        const { assert!(MIN <= VALUE && VALUE <= MAX, "the constant is out of bounds") }
        Self(VALUE)
    }

    /// The number.
    pub const fn get(self) -> u32 {
        self.0
    }

    /// The number as an `i64`, for sums of seconds and minutes.
    pub const fn as_i64(self) -> i64 {
        self.0 as i64
    }
}

impl<const MIN: u32, const MAX: u32> TryFrom<i64> for Bounded<MIN, MAX> {
    type Error = Invalid;

    fn try_from(value: i64) -> Result<Self, Invalid> {
        u32::try_from(value)
            .map_err(|_| Invalid::new(FieldRule::WholeNumberBetween { min: i64::from(MIN), max: i64::from(MAX) }))
            .and_then(Self::new)
    }
}

impl<const MIN: u32, const MAX: u32> From<Bounded<MIN, MAX>> for u32 {
    fn from(bounded: Bounded<MIN, MAX>) -> Self {
        bounded.0
    }
}

impl<const MIN: u32, const MAX: u32> utoipa::PartialSchema for Bounded<MIN, MAX> {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::Integer)
            .description(Some(format!("A whole number from {MIN} to {MAX}.")))
            .minimum(Some(MIN))
            .maximum(Some(MAX))
            .into()
    }
}

impl<const MIN: u32, const MAX: u32> utoipa::ToSchema for Bounded<MIN, MAX> {
    fn name() -> std::borrow::Cow<'static, str> {
        format!("WholeNumber{MIN}To{MAX}").into()
    }
}
