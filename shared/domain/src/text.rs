//! Texts that people write: trimmed, bounded, without control characters.

use serde::{Deserialize, Serialize};

use crate::Invalid;

/// A text of `MIN` to `MAX` characters on one or more lines: surrounding white space is dropped, control characters but
/// line breaks and tabs (NUL among them) are refused.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Text<const MIN: usize, const MAX: usize>(String);

/// What someone says of a punch or a break.
pub type Remark = Text<0, 500>;
/// Why something was decided or changed; never empty.
pub type Reason = Text<1, 500>;
/// A name of a person, department, site, holiday, device or company.
pub type Name = Text<1, 100>;

impl<const MIN: usize, const MAX: usize> Text<MIN, MAX> {
    /// The text, when it keeps the rules.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let text = text.trim();
        if text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
            return Err(Invalid::new("must not contain control characters"));
        }
        // The byte length is looked at first, so that a megabyte isn't counted character by character.
        let length = if text.len() > MAX * 4 { usize::MAX } else { text.chars().count() };
        if (MIN..=MAX).contains(&length) {
            Ok(Self(text.to_owned()))
        } else if MIN == 0 {
            Err(Invalid::new(format!("must be at most {MAX} characters")))
        } else {
            Err(Invalid::new(format!("must be {MIN} to {MAX} characters")))
        }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<const MIN: usize, const MAX: usize> TryFrom<String> for Text<MIN, MAX> {
    type Error = Invalid;

    fn try_from(text: String) -> Result<Self, Invalid> {
        Self::parse(&text)
    }
}

impl<const MIN: usize, const MAX: usize> From<Text<MIN, MAX>> for String {
    fn from(text: Text<MIN, MAX>) -> Self {
        text.0
    }
}

impl<const MIN: usize, const MAX: usize> std::fmt::Display for Text<MIN, MAX> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl<const MIN: usize, const MAX: usize> utoipa::PartialSchema for Text<MIN, MAX> {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .min_length(Some(MIN))
            .max_length(Some(MAX))
            .into()
    }
}

impl<const MIN: usize, const MAX: usize> utoipa::ToSchema for Text<MIN, MAX> {
    fn name() -> std::borrow::Cow<'static, str> {
        format!("Text{MIN}To{MAX}").into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_trimmed_and_counted_in_characters() {
        assert_eq!(Reason::parse("  traffic jam \n").unwrap().as_str(), "traffic jam");
        assert!(Reason::parse("   ").is_err());
        assert!(Remark::parse("").is_ok());
        assert!(Name::parse(&"é".repeat(100)).is_ok());
        assert!(Name::parse(&"é".repeat(101)).is_err());
    }

    #[test]
    fn control_characters_are_refused_but_line_breaks_are_not() {
        assert!(Remark::parse("a\0b").is_err());
        assert!(Remark::parse("a\u{1b}[31m").is_err());
        assert!(Remark::parse("two\nlines").is_ok());
    }
}
