//! Templates: the files that payroll systems import.
//!
//! The sources of each format are in `docs/payroll.md`.

use domain::{FieldRule, Invalid, bounded::Bounded, text::Text};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The name of a template: 1 to 32 of `a`–`z`, digits and `_`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(try_from = "String", into = "String")]
#[schema(value_type = String, pattern = "^[a-z0-9_]{1,32}$", example = "csv")]
pub struct TemplateName(String);

impl TemplateName {
    /// Returns the name if it follows the rules.
    ///
    /// # Errors
    /// The text has other characters, none, or more than 32.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
        if (1..=32).contains(&text.len()) && text.bytes().all(allowed) {
            Ok(Self(text.to_owned()))
        } else {
            Err(Invalid::new(FieldRule::TemplateName))
        }
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for TemplateName {
    type Error = Invalid;

    fn try_from(text: String) -> Result<Self, Invalid> {
        Self::parse(&text)
    }
}

impl From<TemplateName> for String {
    fn from(name: TemplateName) -> Self {
        name.0
    }
}

/// A file that a payroll system imports.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "format", rename_all = "snake_case", deny_unknown_fields)]
#[schema(as = PayrollTemplate)]
pub enum Template {
    /// A sheet with columns of your choice.
    Csv {
        /// The columns and their forms.
        #[serde(default)]
        sheet: CsvTemplate,
    },
    /// The result as JSON.
    Json {},
    /// A workbook with one row for each line.
    Xlsx {},
    /// Movement data for DATEV LODAS.
    DatevLodas {
        /// The tax consultant's number at DATEV (`BeraterNr`).
        #[schema(value_type = u32, minimum = 1, maximum = 9_999_999)]
        consultant_number: Bounded<1, 9_999_999>,
        /// The client's number at DATEV (`MandantenNr`).
        #[schema(value_type = u32, minimum = 1, maximum = 99_999)]
        client_number: Bounded<1, 99_999>,
    },
    /// Movement data for DATEV Lohn und Gehalt, with the eleven fields that its import assistant expects.
    DatevLohnUndGehalt {},
    /// A sheet for ADP Workforce Now's pay data import.
    Adp {
        /// The company code (`Co Code`). A code of two characters is completed with an underscore.
        #[schema(value_type = String, min_length = 2, max_length = 3)]
        company_code: Text<2, 3>,
        /// The batch id (`Batch ID`).
        #[schema(value_type = String, min_length = 1, max_length = 8)]
        batch_id: Text<1, 8>,
    },
    /// A sheet for Gusto's payroll upload.
    Gusto {},
}

impl Template {
    /// The names of the built-in templates. The other formats contain numbers of the company, so they need a template of its own.
    pub const BUILT_IN: [&'static str; 5] = ["csv", "datev_lohn_und_gehalt", "gusto", "json", "xlsx"];

    /// Returns the built-in template of a name.
    pub fn built_in(name: &TemplateName) -> Option<Self> {
        match name.as_str() {
            "csv" => Some(Self::Csv { sheet: CsvTemplate::default() }),
            "datev_lohn_und_gehalt" => Some(Self::DatevLohnUndGehalt {}),
            "gusto" => Some(Self::Gusto {}),
            "json" => Some(Self::Json {}),
            "xlsx" => Some(Self::Xlsx {}),
            _ => None,
        }
    }

    /// Checks the template. An error names the field and the rule that it breaks.
    ///
    /// # Errors
    /// A sheet has no column or too many, or a text that isn't that of a constant column.
    pub fn check(&self) -> Result<(), (&'static str, Invalid)> {
        match self {
            Self::Csv { sheet } => sheet.check(),
            Self::Json {}
            | Self::Xlsx {}
            | Self::DatevLodas { .. }
            | Self::DatevLohnUndGehalt {}
            | Self::Adp { .. }
            | Self::Gusto {} => Ok(()),
        }
    }
}

/// A sheet with columns of your choice. Texts that spreadsheet programs would take for a formula get a leading apostrophe.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CsvTemplate {
    /// The columns, in order.
    #[serde(default = "all_columns")]
    #[schema(min_items = 1, max_items = 40)]
    pub columns: Vec<CsvColumn>,
    /// The character between the cells of a line.
    #[serde(default)]
    pub separator: Separator,
    /// The decimal separator of hours and days.
    #[serde(default)]
    pub decimal: DecimalSeparator,
    /// The encoding of the file.
    #[serde(default)]
    pub encoding: Encoding,
    /// The form of dates.
    #[serde(default)]
    pub dates: DateForm,
    /// The form of hours.
    #[serde(default)]
    pub hours: HoursForm,
    /// Whether the first line has the headings of the columns.
    #[serde(default = "domain::patch_field::yes")]
    pub with_header: bool,
}

/// A column of a sheet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CsvColumn {
    /// The heading.
    #[schema(value_type = String, min_length = 0, max_length = 100)]
    pub header: Text<0, 100>,
    /// The content of the column's cells.
    pub value: ColumnValue,
    /// The text of a constant column; null for other columns.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 0, max_length = 100)]
    pub text: Option<Text<0, 100>>,
}

/// The content of the cells of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ColumnValue {
    /// The personnel number.
    PersonnelNumber,
    /// The full name.
    FullName,
    /// The pay code.
    Code,
    /// The name of the code in the payroll system.
    ExportCode,
    /// The leave type of an absence.
    LeaveType,
    /// The hours.
    Hours,
    /// The days of an absence.
    Days,
    /// The cost center.
    CostCenter,
    /// The first date of the line.
    From,
    /// The last date of the line.
    Until,
    /// The first date of the pay period.
    PeriodFrom,
    /// The last date of the pay period.
    PeriodUntil,
    /// The same text in every line.
    Constant,
}

/// The character between the cells of a line.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Separator {
    /// A comma.
    #[default]
    Comma,
    /// A semicolon.
    Semicolon,
    /// A tab.
    Tab,
    /// A vertical bar.
    Pipe,
}

impl Separator {
    pub(crate) const fn byte(self) -> u8 {
        match self {
            Self::Comma => b',',
            Self::Semicolon => b';',
            Self::Tab => b'\t',
            Self::Pipe => b'|',
        }
    }
}

/// The decimal separator of numbers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DecimalSeparator {
    /// A point: `7.50`.
    #[default]
    Point,
    /// A comma: `7,50`.
    Comma,
}

impl DecimalSeparator {
    pub(crate) const fn char(self) -> char {
        match self {
            Self::Point => '.',
            Self::Comma => ',',
        }
    }
}

/// The encoding of a file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Encoding {
    /// UTF-8.
    #[default]
    Utf8,
    /// UTF-8 with a byte order mark, by which Excel recognizes it.
    Utf8Bom,
    /// Windows-1252. A letter that it lacks is written without its marks, otherwise as `?`.
    Windows1252,
}

/// The form of dates.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DateForm {
    /// `2026-11-02`.
    #[default]
    Iso,
    /// `20261102`.
    Compact,
    /// `02.11.2026`.
    DayMonthYearDots,
    /// `02/11/2026`.
    DayMonthYearSlashes,
    /// `11/02/2026`.
    MonthDayYear,
}

/// The form of hours.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum HoursForm {
    /// Hours with two decimals: `7.50`.
    #[default]
    Decimal,
    /// Hours and minutes: `7:30`. Seconds are rounded to the nearest minute.
    Clock,
    /// Seconds: `27000`.
    Seconds,
}

impl CsvTemplate {
    /// The maximum number of columns.
    pub const MAX_COLUMNS: usize = 40;

    fn check(&self) -> Result<(), (&'static str, Invalid)> {
        if self.columns.is_empty() || self.columns.len() > Self::MAX_COLUMNS {
            let rule = FieldRule::ItemsBetween { min: 1, max: Self::MAX_COLUMNS as u64 };
            return Err(("sheet.columns", Invalid::new(rule)));
        }
        let is_constant = |column: &CsvColumn| column.value == ColumnValue::Constant;
        if self.columns.iter().any(|column| is_constant(column) != column.text.is_some()) {
            return Err(("sheet.columns", Invalid::new(FieldRule::ConstantNeedsText)));
        }
        Ok(())
    }
}

impl Default for CsvTemplate {
    fn default() -> Self {
        Self {
            columns: all_columns(),
            separator: Separator::default(),
            decimal: DecimalSeparator::default(),
            encoding: Encoding::default(),
            dates: DateForm::default(),
            hours: HoursForm::default(),
            with_header: true,
        }
    }
}

/// The columns of the built-in sheet, named like the fields of a line.
fn all_columns() -> Vec<CsvColumn> {
    [
        ("personnel_number", ColumnValue::PersonnelNumber),
        ("full_name", ColumnValue::FullName),
        ("code", ColumnValue::Code),
        ("export_code", ColumnValue::ExportCode),
        ("leave_type", ColumnValue::LeaveType),
        ("hours", ColumnValue::Hours),
        ("days", ColumnValue::Days),
        ("cost_center", ColumnValue::CostCenter),
        ("from", ColumnValue::From),
        ("until", ColumnValue::Until),
    ]
    .into_iter()
    // The names above follow the rules for texts.
    .filter_map(|(header, value)| Some(CsvColumn { header: Text::parse(header).ok()?, value, text: None }))
    .collect()
}
