//! The one error of parsing: which rule a value breaks, in words fit for the person who typed it.

use std::fmt;

/// A value that breaks a rule. The message completes the sentence "this value …" for an API client and never repeats
/// the value itself, which may be a secret or a megabyte long.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invalid(String);

impl Invalid {
    /// An error whose `message` names the rule, such as "must be 3 to 32 characters".
    pub fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }

    /// The rule that is broken.
    pub fn message(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Invalid {}
