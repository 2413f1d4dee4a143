//! The rules for passwords.

use std::fmt;

use jiff::SignedDuration;

use crate::{FieldRule, Invalid, text::composed, username::Username};

/// A password that a user chooses. It has at least 10 characters (NIST SP 800-63B requires 8) and at most 128, so that hashing
/// stays cheap. It has no control characters, isn't among the commonly breached passwords and isn't the username. It is stored in
/// the form that [`normalized`] returns, and never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct NewPassword(String);

/// How long a person can sign in with a temporary password: 72 hours.
pub const TEMPORARY_PASSWORD_LIFETIME: SignedDuration = SignedDuration::from_hours(72);

/// The fingerprints of the 20,000 passwords of at least 10 characters that occur most often in breaches, sorted, 5 bytes each.
/// They take less than half the size of the list, `common_passwords.txt`, which a test compares. The list has the passwords of
/// the `xato-net-10-million-passwords` list of `SecLists` (MIT licence) and of Django's list (BSD licence) in lower case;
/// `NOTICE` has the licences.
static COMMON: &[u8] = include_bytes!("common_passwords.bin");

/// The length of a fingerprint, in bytes.
const FINGERPRINT_LENGTH: usize = 5;

/// Returns the form of a password that is hashed and compared, so that the keyboard makes no difference. RFC 8265's profile
/// `OpaqueString` turns every kind of space into U+0020 and composes letters and accents (NFC). Case is kept.
pub fn normalized(password: &str) -> String {
    let spaced: String = password.chars().map(|c| if is_space(c) { ' ' } else { c }).collect();
    composed(&spaced)
}

/// Whether a character is of Unicode's category Zs (space separator).
const fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\u{a0}' | '\u{1680}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}')
}

impl NewPassword {
    /// Returns the password if it follows the rules for the user with that username.
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
    let (fingerprints, _) = COMMON.as_chunks::<FINGERPRINT_LENGTH>();
    fingerprints.binary_search(&fingerprint(folded)).is_ok()
}

/// FNV-1a of 64 bits, folded to 40. The hash needn't resist attacks, because an attacker who finds a collision only gets a
/// password refused. The chance that another password collides with one of the 20,000 is 1 in 55 million.
fn fingerprint(password: &str) -> [u8; FINGERPRINT_LENGTH] {
    const BASIS: u64 = 0xcbf2_9ce4_8422_2325;
    const PRIME: u64 = 0x0100_0000_01b3;
    let hash = password.bytes().fold(BASIS, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(PRIME));
    let [_, _, _, fingerprint @ ..] = (hash ^ (hash >> 40)).to_be_bytes();
    fingerprint
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
    fn the_fingerprints_are_those_of_the_list() {
        let list = include_str!("../common_passwords.txt");
        let mut fingerprints: Vec<_> = list.lines().map(fingerprint).collect();
        fingerprints.sort_unstable();
        fingerprints.dedup();
        assert!(fingerprints.len() >= 10_000);
        assert_eq!(fingerprints.concat(), COMMON);
        assert!(list.lines().all(is_common));
    }

    #[test]
    fn twenty_thousand_common_passwords_are_refused_in_any_case() {
        for common in ["1234567890", "Qwertyuiop", "PASSWORD123", "iloveyou123", "manchester1", "1q2w3e4r5t"] {
            assert_eq!(check(common).unwrap_err(), Invalid::new(FieldRule::CommonPassword), "{common}");
        }
        assert!(check("rollcall-demo-2026").is_ok());
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
