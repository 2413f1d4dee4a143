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
    /// Another pattern from a date on.
    Pattern(Pattern),
    /// Some dates otherwise.
    Days(BTreeMap<WorkDate, (DayPlan, Reason)>),
}
