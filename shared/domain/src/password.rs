//! What makes a password fit to be one.

use std::fmt;

use jiff::SignedDuration;

use crate::{FieldRule, Invalid, text::composed, username::Username};

/// A password that someone chooses: at least 10 characters (NIST SP 800-63B requires 8), at most 128 so
/// that hashing stays cheap, without control characters, not among the commonly breached, not the username. It is kept as
/// [`normalized`] has it. Never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct NewPassword(String);

/// How long a temporary password lets its person in: 72 hours.
pub const TEMPORARY_PASSWORD_LIFETIME: SignedDuration = SignedDuration::from_hours(72);

/// Passwords of 10 characters and more that breaches show most often, lower case, sorted.
static COMMON: &str = include_str!("common_passwords.txt");

/// Returns a password as it is hashed and compared, whatever keyboard it was typed on: RFC 8265's profile
/// `OpaqueString` turns every kind of space into U+0020 and composes letters and accents (NFC). Case stays.
pub fn normalized(password: &str) -> String {
    let spaced: String = password.chars().map(|c| if is_space(c) { ' ' } else { c }).collect();
    composed(&spaced)
}

/// Whether a character is of Unicode's category Zs: a space that breaks no line.
const fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\u{a0}' | '\u{1680}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}')
}

impl NewPassword {
    /// The password, when it keeps the rules for the person of that username.
    pub fn parse(password: &str, username: &Username) -> Result<Self, Invalid> {
        let password = normalized(password);
        let length = password.chars().count();
        if !(10..=128).contains(&length) {
            return Err(Invalid::new(FieldRule::LengthBetween { min: 10, max: 128 }));
        }
        if password.chars().any(char::is_control) {
            return Err(Invalid::new(FieldRule::NoControlCharacters));
        }
        let folded = password.to_lowercase();
        if folded == username.as_str() {
            return Err(Invalid::new(FieldRule::PasswordIsUsername));
        }
        if is_common(&folded) {
            return Err(Invalid::new(FieldRule::CommonPassword));
        }
        Ok(Self(password))
    }

    /// The password, for hashing.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for NewPassword {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NewPassword(…)")
    }
}

fn is_common(folded: &str) -> bool {
    COMMON.lines().any(|common| common == folded)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(password: &str) -> Result<NewPassword, Invalid> {
        NewPassword::parse(password, &Username::parse("bernadette").unwrap())
    }

    #[test]
    fn a_password_is_refused_when_short_common_or_the_username() {
        for wrong in ["short", "123456789", "1234567890", "Qwertyuiop", "BERNADETTE", &"x".repeat(129)] {
            assert!(check(wrong).is_err(), "{wrong}");
        }
        assert!(check("correct horse battery").is_ok());
    }

    #[test]
    fn a_password_is_the_same_however_it_is_typed() {
        let kept = |password: &str| check(password).unwrap().expose().to_owned();
        assert_eq!(kept("Çağlayan köprüsü"), kept("C\u{327}ag\u{306}layan ko\u{308}pru\u{308}su\u{308}"));
        assert_eq!(kept("correct\u{a0}horse\u{3000}battery"), "correct horse battery");
        assert_ne!(kept("Çağlayan köprüsü"), kept("çağlayan köprüsü"), "case counts");
        assert_eq!(kept(" spaces around it "), " spaces around it ");
        assert!(check(&"e\u{301}".repeat(128)).is_ok());
        assert!(check(&"e\u{301}".repeat(9)).is_err(), "nine characters");
        for control in ["correct\nhorse battery", "correct\thorse battery", "correct horse\0battery"] {
            assert!(check(control).is_err(), "{control:?}");
        }
    }

    #[test]
    fn a_password_is_never_printed() {
        let printed = format!("{:?}", check("correct horse battery").unwrap());
        assert!(!printed.contains("horse"));
    }
}
