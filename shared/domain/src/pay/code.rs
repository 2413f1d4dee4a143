//! Pay codes: payroll's names for kinds of time.

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
    /// Returns the code if it follows the rules.
    ///
    /// # Errors
    /// The text has other characters, none, or more than 32.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
        if (1..=32).contains(&text.len()) && text.bytes().all(allowed) {
            Ok(Self(text.to_owned()))
        } else {
            Err(Invalid::new(FieldRule::PayCode))
        }
    }

    /// The code of work that isn't overtime.
    pub fn regular() -> Self {
        Self("regular".to_owned())
    }

    /// The code of overtime if no rule names another code.
    pub fn overtime() -> Self {
        Self("overtime".to_owned())
    }

    /// The code of paid leave and holidays.
    pub fn absence_paid() -> Self {
        Self("absence_paid".to_owned())
    }

    /// The code of unpaid leave and absences.
    pub fn absence_unpaid() -> Self {
        Self("absence_unpaid".to_owned())
    }

    /// The code as text.
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

/// The kind of time that a pay code counts.
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

impl PayCodeKind {
    /// Whether the code counts work, so that its multiplier can be credited to time accounts.
    pub const fn is_work(self) -> bool {
        match self {
            Self::Regular | Self::Overtime | Self::Premium => true,
            Self::Absence | Self::Adjustment => false,
        }
    }
}

/// The factor by which an hour of a code is paid: 0 to 10 with up to two decimals, such as 1.5.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "f64", into = "f64")]
pub struct Multiplier {
    /// The factor in hundredths, 0 to 1,000.
    hundredths: u16,
}

impl Multiplier {
    /// The factor 1.
    pub const ONE: Self = Self { hundredths: 100 };
    /// The factor 0.
    pub const ZERO: Self = Self { hundredths: 0 };

    /// The factor in hundredths.
    pub const fn hundredths(self) -> u16 {
        self.hundredths
    }

    /// The seconds that are paid for `seconds`, rounded half up to whole seconds.
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

/// A company's definition of a pay code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PayCodeDefinition {
    /// The pay code.
    pub code: PayCode,
    /// The code's name.
    #[schema(value_type = String, min_length = 1, max_length = 100)]
    pub name: Name,
    /// The kind of time that the code counts.
    pub kind: PayCodeKind,
    /// The factor by which an hour of the code is paid. A premium's factor is paid in addition to the hour's own code.
    pub multiplier: Multiplier,
    /// The code's name in the payroll system; null if it is the code itself.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 32)]
    pub export_code: Option<String>,
    /// Whether new rules may use the code. An inactive code stays readable.
    pub active: bool,
    /// Whether the multiplier is credited to time accounts.
    #[serde(default)]
    #[schema(required = true)]
    pub credits_account: bool,
}

/// The company's pay codes: the built-in ones, replaced or extended by its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PayCodes(BTreeMap<PayCode, PayCodeDefinition>);

impl PayCodes {
    /// The maximum number of codes of a company, including the built-in ones.
    pub const MAX: usize = 100;

    /// The built-in codes, together with those that the company defined.
    pub fn with(defined: impl IntoIterator<Item = PayCodeDefinition>) -> Self {
        let built_in = [
            (PayCode::regular(), "Regular", PayCodeKind::Regular, Multiplier::ONE),
            (PayCode::overtime(), "Overtime", PayCodeKind::Overtime, Multiplier::ONE),
            (PayCode::absence_paid(), "Paid absence", PayCodeKind::Absence, Multiplier::ONE),
            (PayCode::absence_unpaid(), "Unpaid absence", PayCodeKind::Absence, Multiplier::ZERO),
        ];
        let built_in = built_in.into_iter().filter_map(|(code, name, kind, multiplier)| {
            // The names above follow the rules for names.
            let name = Name::parse(name).ok()?;
            Some(PayCodeDefinition {
                code,
                name,
                kind,
                multiplier,
                export_code: None,
                active: true,
                credits_account: false,
            })
        });
        Self(built_in.chain(defined).map(|definition| (definition.code.clone(), definition)).collect())
    }

    /// The definition of a code.
    pub fn get(&self, code: &PayCode) -> Option<&PayCodeDefinition> {
        self.0.get(code)
    }

    /// All codes, in order.
    pub fn iter(&self) -> impl Iterator<Item = &PayCodeDefinition> {
        self.0.values()
    }

    /// Whether any code's multiplier is credited to time accounts.
    pub fn credit_accounts(&self) -> bool {
        self.iter().any(|definition| definition.credits_account)
    }

    /// The seconds that the multiplier of a code adds to a time account for paid seconds of work. A premium adds its multiplier,
    /// any other code what exceeds 1.
    pub fn account_credit(&self, code: &PayCode, seconds: i64) -> i64 {
        let Some(definition) = self.get(code).filter(|definition| definition.credits_account) else { return 0 };
        let multiplied = definition.multiplier.of(seconds);
        match definition.kind {
            PayCodeKind::Premium => multiplied,
            PayCodeKind::Regular | PayCodeKind::Overtime => multiplied - seconds,
            PayCodeKind::Absence | PayCodeKind::Adjustment => 0,
        }
    }

    /// The factor by which an hour of the code is paid; 1 if the code is unknown.
    pub fn multiplier(&self, code: &PayCode) -> Multiplier {
        self.get(code).map_or(Multiplier::ONE, |definition| definition.multiplier)
    }
}

impl Default for PayCodes {
    fn default() -> Self {
        Self::with([])
    }
}
