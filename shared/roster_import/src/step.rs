//! One change of one person's roster, as the sheet wants it.

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
    /// Whose roster.
    pub user_id: UserId,
    /// The first row of the sheet that says so.
    pub row: u32,
    /// What it becomes.
    pub wanted: Wanted,
}

/// What a roster becomes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Wanted {
    /// Other patterns, each from its date on.
    Patterns(Vec<Pattern>),
    /// One other pattern, as version 0.1 put it.
    Pattern(Pattern),
    /// Some dates otherwise.
    Days(BTreeMap<WorkDate, (DayPlan, Reason)>),
}

impl Wanted {
    /// The patterns that it sets.
    pub(crate) fn patterns(&self) -> &[Pattern] {
        match self {
            Self::Patterns(patterns) => patterns,
            Self::Pattern(pattern) => std::slice::from_ref(pattern),
            Self::Days(_) => &[],
        }
    }

    /// The dates that it plans otherwise.
    pub(crate) fn dates(&self) -> impl Iterator<Item = WorkDate> {
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
