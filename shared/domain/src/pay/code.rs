//! Pay codes: what payroll calls a kind of time.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{FieldRule, Invalid, text::Name};

/// The code of a kind of time, such as `regular`: 1 to 32 of `a`–`z`, digits and `_`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(try_from = "String", into = "String")]
#[schema(value_type = String, pattern = "^[a-z0-9_]{1,32}$", example = "overtime")]
pub struct PayCode(String);

impl PayCode {
    /// The code, when it keeps the rules.
    ///
    /// # Errors
    /// The text has other characters, or none, or more than 32.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
        if (1..=32).contains(&text.len()) && text.bytes().all(allowed) {
            Ok(Self(text.to_owned()))
        } else {
            Err(Invalid::new(FieldRule::PayCode))
        }
    }

    /// Work that isn't overtime.
    pub fn regular() -> Self {
        Self("regular".to_owned())
    }

    /// Overtime, where no rule names another code.
    pub fn overtime() -> Self {
        Self("overtime".to_owned())
    }

    /// Paid leave and holidays.
    pub fn absence_paid() -> Self {
        Self("absence_paid".to_owned())
    }

    /// Unpaid leave and absences.
    pub fn absence_unpaid() -> Self {
        Self("absence_unpaid".to_owned())
    }

    /// The code.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for PayCode {
    type Error = Invalid;

    fn try_from(text: String) -> Result<Self, Invalid> {
        Self::parse(&text)
    }
}

impl From<PayCode> for String {
    fn from(code: PayCode) -> Self {
        code.0
    }
}

impl std::fmt::Display for PayCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a pay code counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PayCodeKind {
    /// Work that isn't overtime.
    Regular,
    /// Work beyond a threshold.
    Overtime,
    /// An addition to work at certain times, such as at night.
    Premium,
    /// Time without work, such as leave.
    Absence,
    /// A difference that comes from rounding.
    Adjustment,
}

/// How often an hour of a code is paid: 0 to 10 with up to two decimals, such as 1.5.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "f64", into = "f64")]
pub struct Multiplier {
    /// Hundredths, 0 to 1,000.
    hundredths: u16,
}

impl Multiplier {
    /// The plain hour.
    pub const ONE: Self = Self { hundredths: 100 };
    /// Nothing.
    pub const ZERO: Self = Self { hundredths: 0 };

    /// Hundredths of an hour for each hour.
    pub const fn hundredths(self) -> u16 {
        self.hundredths
    }

    /// The seconds that count for `seconds`, rounded half up to whole ones.
    pub fn of(self, seconds: i64) -> i64 {
        (seconds * i64::from(self.hundredths) + 50).div_euclid(100)
    }
}

impl TryFrom<f64> for Multiplier {
    type Error = Invalid;

    fn try_from(value: f64) -> Result<Self, Invalid> {
        let hundredths = value * 100.0;
        let rounded = hundredths.round();
        if (0.0..=1_000.0).contains(&rounded) && (hundredths - rounded).abs() < 1e-6 {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "a whole number within the bounds just checked"
            )]
            let hundredths = rounded as u16;
            Ok(Self { hundredths })
        } else {
            Err(Invalid::new(FieldRule::Multiplier))
        }
    }
}

impl From<Multiplier> for f64 {
    fn from(multiplier: Multiplier) -> Self {
        Self::from(multiplier.hundredths) / 100.0
    }
}

impl utoipa::PartialSchema for Multiplier {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::Number)
            .minimum(Some(0))
            .maximum(Some(10))
            .description(Some("How often an hour is paid, with at most two decimals."))
            .examples([1.5])
            .into()
    }
}

impl ToSchema for Multiplier {}

/// What a company says about a pay code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PayCodeDefinition {
    /// The code.
    pub code: PayCode,
    /// The name.
    #[schema(value_type = String, min_length = 1, max_length = 100)]
    pub name: Name,
    /// What the code counts.
    pub kind: PayCodeKind,
    /// How often an hour of it is paid. A premium's is paid on top of the hour's own code.
    pub multiplier: Multiplier,
    /// What payroll calls the code; null: the code itself.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 32)]
    pub export_code: Option<String>,
    /// Whether new rules may use it. An inactive code stays readable.
    pub active: bool,
}

/// The company's pay codes: the built-in ones, replaced or extended by its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PayCodes(BTreeMap<PayCode, PayCodeDefinition>);

impl PayCodes {
    /// The most codes of a company, built-in ones included.
    pub const MAX: usize = 100;

    /// The built-in codes, and those that the company defined.
    pub fn with(defined: impl IntoIterator<Item = PayCodeDefinition>) -> Self {
        let built_in = [
            (PayCode::regular(), "Regular", PayCodeKind::Regular, Multiplier::ONE),
            (PayCode::overtime(), "Overtime", PayCodeKind::Overtime, Multiplier::ONE),
            (PayCode::absence_paid(), "Paid absence", PayCodeKind::Absence, Multiplier::ONE),
            (PayCode::absence_unpaid(), "Unpaid absence", PayCodeKind::Absence, Multiplier::ZERO),
        ];
        let built_in = built_in.into_iter().filter_map(|(code, name, kind, multiplier)| {
            // The names above keep the rules of names.
            let name = Name::parse(name).ok()?;
            Some(PayCodeDefinition { code, name, kind, multiplier, export_code: None, active: true })
        });
        Self(built_in.chain(defined).map(|definition| (definition.code.clone(), definition)).collect())
    }

    /// The definition of a code.
    pub fn get(&self, code: &PayCode) -> Option<&PayCodeDefinition> {
        self.0.get(code)
    }

    /// All codes in order.
    pub fn iter(&self) -> impl Iterator<Item = &PayCodeDefinition> {
        self.0.values()
    }

    /// How often an hour of the code is paid; once where the code isn't known any more.
    pub fn multiplier(&self, code: &PayCode) -> Multiplier {
        self.get(code).map_or(Multiplier::ONE, |definition| definition.multiplier)
    }
}

impl Default for PayCodes {
    fn default() -> Self {
        Self::with([])
    }
}
