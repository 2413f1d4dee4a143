//! What makes a password fit to be one.

use std::fmt;

use crate::{Invalid, username::Username};

/// A password that someone chooses: at least 10 characters (NIST SP 800-63B asks 8, the contract more), at most 128 so
/// that hashing stays cheap, not among the commonly breached, not the username. Never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct NewPassword(String);

/// Passwords of 10 characters and more that breaches show most often, lower case, sorted.
static COMMON: &str = include_str!("common_passwords.txt");

impl NewPassword {
    /// The password, when it keeps the rules for the person of that username.
    pub fn parse(password: &str, username: &Username) -> Result<Self, Invalid> {
        let length = password.chars().count();
        if !(10..=128).contains(&length) {
            return Err(Invalid::new("must be 10 to 128 characters"));
        }
        let folded = password.to_lowercase();
        if folded == username.as_str() {
            return Err(Invalid::new("must not be the username"));
        }
        if is_common(&folded) {
            return Err(Invalid::new("is among the passwords that breaches show most often"));
        }
        Ok(Self(password.to_owned()))
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
    fn a_password_is_never_printed() {
        let printed = format!("{:?}", check("correct horse battery").unwrap());
        assert!(!printed.contains("horse"));
    }
}
