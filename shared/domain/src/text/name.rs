//! Names: one line of text that lists, sheets, calendars and images can show unchanged.

use serde::{Deserialize, Serialize};

use super::composed;
use crate::{FieldRule, Invalid};

/// The most characters of a name.
const MAX_LENGTH: usize = 100;

/// A name of a person, department, site, leave type, holiday, kiosk or company: one line of 1 to 100 characters in normalization
/// form C.
///
/// Requests parse names strictly, as [`NewName`]. Stored names are read leniently, because names that are older than that rule
/// may have line breaks and similar characters. These are read as spaces, so that they do no harm where the name is shown.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct Name(String);

/// A name in a request, parsed by [`Name::parse`].
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct NewName(Name);

impl Name {
    /// Parses a name. White space around it is removed.
    ///
    /// # Errors
    ///
    /// The text has no or too many characters, a character of [`is_refused`], or no visible character.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let text = text.trim();
        // The check of the byte length comes first, so that a megabyte of text isn't examined character by character.
        if text.is_empty() || text.len() > MAX_LENGTH * 12 {
            return Err(wrong_length());
        }
        if let Some(refused) = text.chars().find(|c| is_refused(*c)) {
            let point = u32::from(refused);
            return Err(Invalid::new(FieldRule::OneLine { character: format!("U+{point:04X}") }));
        }
        if !text.contains(is_visible) {
            return Err(Invalid::new(FieldRule::VisibleCharacter));
        }
        let name = composed(text);
        if name.chars().count() > MAX_LENGTH { Err(wrong_length()) } else { Ok(Self(name)) }
    }

    /// Returns the text of the name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn wrong_length() -> Invalid {
    Invalid::new(FieldRule::LengthBetween { min: 1, max: MAX_LENGTH as u64 })
}

/// Returns whether names must not contain a character. The refused characters are:
/// - controls and line breaks;
/// - noncharacters, which XML 1.0 doesn't allow either;
/// - of the characters that Unicode calls default-ignorable and RFC 8264 (section 9.13) excludes from its freeform class, the
///   directional controls, which show a text in another order than it has, and all invisible characters.
///
/// Joiners and variation selectors, which shape the letters next to them, are accepted: Persian names and emoji need them.
fn is_refused(c: char) -> bool {
    let is_noncharacter = matches!(c, '\u{fdd0}'..='\u{fdef}') || (c as u32) & 0xfffe == 0xfffe;
    let is_separator = matches!(c, '\u{2028}' | '\u{2029}');
    let directs = matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let is_unseen = matches!(
        c,
        '\u{ad}' | '\u{34f}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180e}' | '\u{200b}'
            | '\u{2060}'..='\u{2065}' | '\u{206a}'..='\u{206f}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}'
            | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e00ff}' | '\u{e01f0}'..='\u{e0fff}'
    );
    c.is_control() || is_noncharacter || is_separator || directs || is_unseen
}

/// Returns whether an accepted character can be seen by itself. White space, the blank Braille pattern, joiners and variation
/// selectors can't.
fn is_visible(c: char) -> bool {
    let is_joiner = matches!(c, '\u{200c}' | '\u{200d}');
    let selects_variation =
        matches!(c, '\u{180b}'..='\u{180d}' | '\u{180f}' | '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}');
    !(c.is_whitespace() || c == '\u{2800}' || is_joiner || selects_variation)
}

impl From<String> for Name {
    fn from(stored: String) -> Self {
        if !stored.contains(is_refused) && stored.contains(is_visible) {
            return Self(stored);
        }
        let shown: String = stored.chars().map(|c| if is_refused(c) { ' ' } else { c }).collect();
        let name = shown.split_whitespace().collect::<Vec<_>>().join(" ");
        Self(if name.contains(is_visible) { name } else { "?".to_owned() })
    }
}

impl From<Name> for String {
    fn from(name: Name) -> Self {
        name.0
    }
}

impl TryFrom<String> for NewName {
    type Error = Invalid;

    fn try_from(text: String) -> Result<Self, Invalid> {
        Name::parse(&text).map(Self)
    }
}

impl From<NewName> for Name {
    fn from(name: NewName) -> Self {
        name.0
    }
}

impl std::fmt::Display for Name {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl utoipa::PartialSchema for Name {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .description(Some("One line without control or invisible formatting characters."))
            .min_length(Some(1))
            .max_length(Some(MAX_LENGTH))
            .into()
    }
}

impl utoipa::ToSchema for Name {}

#[cfg(test)]
mod tests {
    use super::*;

    /// Characters that names must not contain.
    const REFUSED: [&str; 29] = [
        "two\nlines",
        "x\r\nX-INJECTED:1",
        "lone\rreturn",
        "a\tb",
        "nul\0",
        "bell\u{7}",
        "next\u{85}line",
        "line\u{2028}separator",
        "paragraph\u{2029}separator",
        "\u{fffe}",
        "non\u{ffff}",
        "far\u{1ffff}",
        "evil\u{202e}gnp",
        "iso\u{2066}late",
        "mark\u{200f}",
        "zero\u{200b}width",
        "bom\u{feff}",
        "grapheme\u{34f}joiner",
        "leading\u{115f}filler",
        "vowel\u{1160}filler",
        "khmer\u{17b4}aq",
        "khmer\u{17b5}aa",
        "mongolian\u{180e}separator",
        "hangul\u{3164}filler",
        "half\u{ffa0}width",
        "reserved\u{fff0}",
        "shorthand\u{1bca0}",
        "beam\u{1d173}",
        "tag\u{e01f0}",
    ];

    /// Texts whose characters are all accepted, and all invisible.
    const UNSEEN: [&str; 6] =
        ["\u{200d}", "\u{200c}\u{200d}", "\u{fe0f}", "\u{2800}", "\u{2800} \u{200d}", "\u{180b}\u{e0100}"];

    #[test]
    fn a_name_has_no_line_breaks_controls_or_unseen_characters() {
        for refused in REFUSED {
            assert!(Name::parse(&format!("Maria {refused} Weber")).is_err(), "{refused:?}");
            let given = serde_json::from_value::<NewName>(format!("A {refused} b").into());
            assert!(given.is_err(), "{refused:?}");
        }
        let told = Name::parse("two\nlines").unwrap_err();
        assert!(told.to_string().ends_with("contains U+000A"), "{told}");
    }

    #[test]
    fn a_name_has_a_visible_character() {
        for unseen in UNSEEN {
            assert_eq!(Name::parse(unseen), Err(Invalid::new(FieldRule::VisibleCharacter)), "{unseen:?}");
            assert!(Name::parse(&format!("{unseen}M")).is_ok(), "{unseen:?}");
            assert_eq!(Name::from(unseen.to_owned()).as_str(), "?", "{unseen:?}");
        }
    }

    #[test]
    fn a_name_may_have_letters_and_marks_of_every_script() {
        for name in [
            "İbrahim Yıldız",
            "O’Neil & Söhne",
            "نرگس\u{200c}آبادی",
            "山田 太郎",
            "श्री",
            "👩\u{200d}🔧 Bay ❤\u{fe0f}",
            "葛\u{e0100}城",
            "ᠨ\u{180b}ᠠ",
            "A, B; C\\new",
        ] {
            assert_eq!(Name::parse(name).unwrap().as_str(), name);
        }
        assert_eq!(Name::parse(" Jose\u{301} ").unwrap().as_str(), "José");
        assert!(Name::parse(&"é".repeat(100)).is_ok());
        assert!(Name::parse(&"e\u{301}".repeat(100)).is_ok());
        assert!(Name::parse(&"é".repeat(101)).is_err());
        assert!(Name::parse("  ").is_err());
    }

    #[test]
    fn a_name_stored_before_the_rule_is_read_without_what_it_forbids() {
        for refused in REFUSED {
            let stored = format!("Maria {refused} Weber");
            let read: Name = serde_json::from_value(stored.clone().into()).unwrap();
            assert!(!read.as_str().contains(is_refused), "{stored:?} is read as {read:?}");
            assert_eq!(Name::parse(read.as_str()), Ok(read), "what is read can be sent back");
        }
        let read = |stored: &str| String::from(Name::from(stored.to_owned()));
        assert_eq!(read("x\r\nX-INJECTED:1"), "x X-INJECTED:1");
        assert_eq!(read("\u{fffe}"), "?");
        assert_eq!(read("Jose\u{301}  B"), "Jose\u{301}  B", "what does no harm stays as it is");
    }
}
