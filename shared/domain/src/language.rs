//! The languages of Rollcall's texts.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A supported language.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// English, the only language in which every text exists.
    #[default]
    En,
    /// German.
    De,
    /// Spanish.
    Es,
    /// French.
    Fr,
    /// Turkish.
    Tr,
}

impl Language {
    /// All languages.
    pub const ALL: [Self; 5] = [Self::En, Self::De, Self::Es, Self::Fr, Self::Tr];

    /// The language's code by ISO 639-1: `de`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::De => "de",
            Self::Es => "es",
            Self::Fr => "fr",
            Self::Tr => "tr",
        }
    }

    /// Returns the language of a tag such as `de`, `DE` or `de-CH`. The tag's script and region are ignored.
    pub fn of_tag(tag: &str) -> Option<Self> {
        let primary = tag.split('-').next()?;
        Self::ALL.into_iter().find(|language| language.code().eq_ignore_ascii_case(primary))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_subtag_determines_the_language() {
        for (tag, language) in
            [("de", Language::De), ("DE", Language::De), ("fr-CA", Language::Fr), ("TR", Language::Tr)]
        {
            assert_eq!(Language::of_tag(tag), Some(language));
        }
        assert_eq!(["", "deu", "nl", "*", "d"].map(Language::of_tag), [None; 5]);
    }

    #[test]
    fn a_language_is_stored_by_its_code() {
        for language in Language::ALL {
            assert_eq!(serde_json::to_value(language).unwrap(), language.code());
        }
        assert!(serde_json::from_str::<Language>(r#""nl""#).is_err());
    }
}
