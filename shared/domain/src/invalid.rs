//! The error of all parsing functions: it names the rule that a value breaks.

use std::fmt;

use crate::FieldRule;

/// A value that breaks a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invalid(FieldRule);

impl Invalid {
    /// An error for a broken rule.
    pub fn new(rule: impl Into<FieldRule>) -> Self {
        Self(rule.into())
    }

    /// The broken rule.
    pub const fn rule(&self) -> &FieldRule {
        &self.0
    }
}

impl From<FieldRule> for Invalid {
    fn from(rule: FieldRule) -> Self {
        Self(rule)
    }
}

impl From<Invalid> for FieldRule {
    fn from(invalid: Invalid) -> Self {
        invalid.0
    }
}

impl fmt::Display for Invalid {
    /// Writes the rule's own form, including `{:#}`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for Invalid {}
