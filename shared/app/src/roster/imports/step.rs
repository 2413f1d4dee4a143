//! A change of one person's roster that the sheet contains.

use std::collections::BTreeMap;

use domain::{
    calendar::WorkDate,
    id::UserId,
    schedule::{DayPlan, Pattern},
    text::Reason,
};
use serde::{Deserialize, Serialize};

/// A step of an import.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// The person whose roster changes.
    pub user_id: UserId,
    /// The first row of the sheet with this change.
    pub row: u32,
    /// The change of the roster.
    pub wanted: Wanted,
}

/// A change of a roster.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Wanted {
    /// New patterns, each from its date on.
    Patterns(Vec<Pattern>),
    /// One new pattern, as version 0.1 stored it.
    Pattern(Pattern),
    /// Deviations on some dates.
    Days(BTreeMap<WorkDate, (DayPlan, Reason)>),
}

impl Wanted {
    /// Returns the patterns that the change sets.
    pub fn patterns(&self) -> &[Pattern] {
        match self {
            Self::Patterns(patterns) => patterns,
            Self::Pattern(pattern) => std::slice::from_ref(pattern),
            Self::Days(_) => &[],
        }
    }

    /// Returns the dates on which the change deviates from the pattern.
    pub fn dates(&self) -> impl Iterator<Item = WorkDate> {
        let days = match self {
            Self::Patterns(_) | Self::Pattern(_) => None,
            Self::Days(days) => Some(days),
        };
        days.into_iter().flat_map(|days| days.keys().copied())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_that_version_0_1_put_is_still_read() {
        let stored = r#"{"user_id": "01JBN2V7Q4W0M3T9K5ZXH8R6CD", "row": 2, "wanted": {"pattern": {
            "effective_from": "2026-11-09", "rhythm": {"weeks": [{"weekly_offs": ["sunday"], "shifts": {}}]}}}}"#;
        let step: Step = serde_json::from_str(stored).unwrap();
        assert_eq!((step.wanted.patterns().len(), step.wanted.dates().count()), (1, 0));
    }
}
