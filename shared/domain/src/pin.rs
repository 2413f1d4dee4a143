//! The rules for PINs.

use std::fmt;

use crate::{FieldRule, Invalid};

/// A PIN that a user chooses for kiosks: 4 to 8 digits, without the patterns that are guessed first. PINs are never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct NewPin(String);

impl NewPin {
    /// Returns the PIN if it follows the rules.
    pub fn parse(pin: &str) -> Result<Self, Invalid> {
        if !(4..=8).contains(&pin.len()) || !pin.bytes().all(|digit| digit.is_ascii_digit()) {
            return Err(Invalid::new(FieldRule::Pin));
        }
        if is_a_run(pin.as_bytes()) || is_repeated(pin) {
            return Err(Invalid::new(FieldRule::EasyPin));
        }
        Ok(Self(pin.to_owned()))
    }

    /// The PIN, for hashing.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for NewPin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NewPin(…)")
    }
}

/// Whether each digit is one more (or each one less) than the digit before it, with 0 after 9: `1234`, `7890`, `3210`.
fn is_a_run(digits: &[u8]) -> bool {
    let steps =
        |by: u8| digits.windows(2).all(|pair| matches!(pair, [digit, next] if (digit - b'0' + by) % 10 == next - b'0'));
    steps(1) || steps(9)
}

/// Whether the PIN repeats a shorter sequence: `0000`, `1212`, `258258`.
fn is_repeated(pin: &str) -> bool {
    (1..=pin.len() / 2)
        .filter(|length| pin.len().is_multiple_of(*length))
        .any(|length| pin.get(..length).is_some_and(|piece| piece.repeat(pin.len() / length) == pin))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pin_is_four_to_eight_digits() {
        for wrong in ["", "123", "739", "123456789", "739154028", "12a4", "73 91", " 7391", "٧٣٩١", "７３９１"]
        {
            assert!(NewPin::parse(wrong).is_err(), "{wrong}");
        }
        for right in ["7391", "73915402", "0073", "1235", "1122"] {
            assert!(NewPin::parse(right).is_ok(), "{right}");
        }
    }

    #[test]
    fn runs_and_repetitions_are_refused() {
        for weak in
            ["0000", "99999999", "1234", "4321", "0123", "7890", "0987", "12345678", "1212", "258258", "73917391"]
        {
            assert!(NewPin::parse(weak).is_err(), "{weak}");
        }
    }

    #[test]
    fn a_pin_is_never_printed() {
        assert!(!format!("{:?}", NewPin::parse("7391").unwrap()).contains("7391"));
    }
}
