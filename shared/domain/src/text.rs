//! Texts that people write: trimmed, bounded, without control characters.

mod name;
mod name_query;

pub use name::{Name, NewName};
pub use name_query::NameQuery;

use icu_normalizer::{ComposingNormalizerBorrowed, DecomposingNormalizerBorrowed};
use serde::{Deserialize, Serialize};

use crate::{FieldRule, Invalid};

/// A text of `MIN` to `MAX` characters on one or more lines. Surrounding white space is dropped. Control characters (including
/// NUL) are refused, except line breaks and tabs.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Text<const MIN: usize, const MAX: usize>(String);

/// A note on a punch, a break or a decision.
pub type Remark = Text<0, 500>;
/// The reason for a decision or a change; never empty.
pub type Reason = Text<1, 500>;

impl<const MIN: usize, const MAX: usize> Text<MIN, MAX> {
    /// Returns the text if it follows the rules.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let text = text.trim();
        if text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
            return Err(Invalid::new(FieldRule::NoControlCharacters));
        }
        // The byte length is checked first, so that a megabyte isn't counted character by character.
        let length = if text.len() > MAX * 4 { usize::MAX } else { text.chars().count() };
        if (MIN..=MAX).contains(&length) {
            Ok(Self(text.to_owned()))
        } else if MIN == 0 {
            Err(Invalid::new(FieldRule::LengthAtMost { max: MAX as u64 }))
        } else {
            Err(Invalid::new(FieldRule::LengthBetween { min: MIN as u64, max: MAX as u64 }))
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

/// Returns the text in normalization form C: a letter with its accent is one character where Unicode has one.
pub(crate) fn composed(text: &str) -> String {
    ComposingNormalizerBorrowed::new_nfc().normalize(text).into_owned()
}

/// Returns the form of a name in which names are searched and compared. Two spellings that a reader considers the same name have
/// the same key. The key is never shown or stored as the name.
///
/// - Case: Unicode's full case folding, so that `Straße` and `STRASSE` are the same, and `ΟΔΟΣ` and `οδος`.
/// - Form: NFKD, so that composed and decomposed letters, full-width letters and ligatures are the same.
/// - Accents: the combining marks U+0300 to U+036F are dropped, so that `Jose` finds `José` and `Zurich` finds `Zürich`.
///   Marks of other scripts (Arabic, Devanagari, Thai, kana) tell words apart there, and stay.
/// - Turkish: the dotted `İ`/`i` and the dotless `I`/`ı` all become `i`. The language of a name isn't known, and `I` is the
///   upper case of both. So `ibrahim`, `IBRAHIM`, `İBRAHİM` and `ıbrahim` find `İbrahim`.
/// - White space: surrounding white space is dropped, and white space within is one space. Invisible formatting characters
///   (soft hyphen, zero-width and directional characters) are dropped.
///
/// A prefix of a name's spelling has a key that is a prefix of the name's key, except within a letter that folds to
/// several. Where several names share a key, callers prefer the one that is spelled as given.
pub fn search_key(text: &str) -> String {
    let decomposed = DecomposingNormalizerBorrowed::new_nfkd().normalize(text);
    // Lower, upper and lower again is the full case folding: `ẞ` becomes `ß`, `SS` and `ss`; `ς` becomes `Σ` and `σ`.
    let folded: String = decomposed
        .chars()
        .filter(|c| !is_accent(*c) && !is_invisible(*c))
        .flat_map(char::to_lowercase)
        .flat_map(char::to_uppercase)
        .flat_map(char::to_lowercase)
        .filter(|c| !is_accent(*c))
        .collect();
    folded.split_whitespace().collect::<Vec<_>>().join(" ")
}

const fn is_accent(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}')
}

const fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_found_whatever_its_case_and_normal_form() {
        for spelling in ["İbrahim", "I\u{307}brahim", "ibrahim", "IBRAHIM", "İBRAHİM", "ıbrahim", " İbrahim\u{a0}"]
        {
            assert_eq!(search_key(spelling), "ibrahim", "{spelling:?}");
        }
        for (one, other) in [
            ("Zoë Weiß", "ZOE\u{308} WEISS"),
            ("José  García", "jose garcia"),
            ("Ærø", "ÆRØ"),
            ("IŞIK", "ışık"),
            ("ΟΔΟΣ", "οδος"),
            ("Straße", "STRAẞE"),
            ("Ｔｏｋｙｏ", "tokyo"),
            ("Ｏﬃce", "OFFICE"),
            ("가나", "\u{1100}\u{1161}\u{1102}\u{1161}"),
            ("Ma\u{ad}ria\u{200b}", "maria"),
        ] {
            assert_eq!(search_key(one), search_key(other), "{one} and {other}");
        }
    }

    #[test]
    fn different_names_have_different_keys() {
        for (one, other) in
            [("Maria", "Mario"), ("Ole", "Øle"), ("か", "が"), ("कि", "का"), ("Pier 7", "Pier7"), ("Łódź", "Lodz")]
        {
            assert_ne!(search_key(one), search_key(other), "{one} and {other}");
        }
    }

    #[test]
    fn a_key_is_its_own_key() {
        let blocks = ['\0'..='\u{2fff}', '\u{a640}'..='\u{abff}', '\u{f900}'..='\u{ffff}', '\u{1e900}'..='\u{1e943}'];
        for c in blocks.into_iter().flatten() {
            let key = search_key(&format!("a{c}b"));
            assert_eq!(search_key(&key), key, "{c:?}");
        }
    }

    #[test]
    fn a_text_is_trimmed_and_counted_in_characters() {
        assert_eq!(Reason::parse("  traffic jam \n").unwrap().as_str(), "traffic jam");
        assert!(Reason::parse("   ").is_err());
        assert!(Remark::parse("").is_ok());
        assert!(Reason::parse(&"é".repeat(500)).is_ok());
        assert!(Reason::parse(&"é".repeat(501)).is_err());
    }

    #[test]
    fn control_characters_are_refused_but_line_breaks_are_not() {
        assert!(Remark::parse("a\0b").is_err());
        assert!(Remark::parse("a\u{1b}[31m").is_err());
        assert!(Remark::parse("two\nlines").is_ok());
    }
}
