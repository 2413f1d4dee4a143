//! Badges: cards that people hold to a kiosk's reader in place of a username and a PIN.

use std::fmt;

use crate::{FieldRule, Invalid};

/// The number of a badge as a reader sends it. Readers write the same number in several ways. Therefore spaces, `:`, `-` and `.`
/// are removed and letters become upper case. The number is never printed, because a punch needs nothing else.
#[derive(Clone, PartialEq, Eq)]
pub struct BadgeNumber(String);

impl BadgeNumber {
    /// The number, if it has 4 to 64 letters and digits.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let is_separator = |character: char| matches!(character, ' ' | ':' | '-' | '.');
        let number: String = text.chars().filter(|it| !is_separator(*it)).map(|it| it.to_ascii_uppercase()).collect();
        if (4..=64).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            Ok(Self(number))
        } else {
            Err(Invalid::new(FieldRule::BadgeNumber))
        }
    }

    /// The number, for hashing.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for BadgeNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BadgeNumber(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_number_are_equal() {
        let number = BadgeNumber::parse("04a219f37c").unwrap();
        for spelling in ["04A219F37C", "04:A2:19:F3:7C", "04-a2-19-f3-7c", " 04A2 19F3 7C ", "04.a2.19.f3.7c"] {
            assert_eq!(BadgeNumber::parse(spelling), Ok(number.clone()), "{spelling}");
        }
    }

    #[test]
    fn a_number_has_four_to_sixty_four_letters_and_digits() {
        for wrong in ["", "123", "1-2-3", "12_34", "12\n34", "١٢٣٤", "１２３４", "äöüß", &"1".repeat(65)] {
            assert!(BadgeNumber::parse(wrong).is_err(), "{wrong}");
        }
        for right in ["1234", "A1B2", &"1".repeat(64)] {
            assert!(BadgeNumber::parse(right).is_ok(), "{right}");
        }
    }

    #[test]
    fn a_number_is_never_printed() {
        assert!(!format!("{:?}", BadgeNumber::parse("04A219F37C").unwrap()).contains("04A2"));
    }
}
