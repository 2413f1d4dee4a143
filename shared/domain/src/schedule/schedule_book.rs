//! A person's patterns with the dates from which they apply.

use serde::{Deserialize, Serialize};

use super::Pattern;
use crate::{FieldRule, Invalid, calendar::WorkDate};

/// All patterns of a person, stored as one item. Past patterns are included, so that a past date keeps its pattern.
///
/// ```
/// use std::collections::BTreeMap;
///
/// use domain::{
///     schedule::{Pattern, Rhythm, Schedule, Week},
///     settings::WeeklyOffs,
/// };
///
/// let rhythm = Rhythm::weekly(Week { weekly_offs: WeeklyOffs::weekend(), shifts: BTreeMap::new() })?;
/// let pattern = Pattern { effective_from: "2026-11-02".parse()?, rhythm };
/// let schedule = Schedule::default().with_pattern(pattern.clone())?;
/// assert_eq!(schedule.pattern_on("2026-11-01".parse()?), None);
/// assert_eq!(schedule.pattern_on("2027-05-01".parse()?), Some(&pattern));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Schedule {
    /// The patterns in order of their dates, one for each date.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    patterns: Vec<Pattern>,
    /// The version: 0 before the first change, plus 1 with each change.
    #[serde(default)]
    pub version: u64,
}

impl Schedule {
    /// The maximum number of shifts in all patterns together. They are one item, which is read with every punch.
    pub const MAX_SHIFTS: usize = 2000;

    /// The same patterns with the next version.
    #[must_use]
    pub(crate) fn next_version(self) -> Self {
        Self { version: self.version + 1, ..self }
    }

    /// A schedule with one pattern.
    pub(crate) fn of(pattern: Pattern) -> Self {
        Self { patterns: vec![pattern], version: 0 }
    }

    /// The patterns, in order of their dates.
    pub fn patterns(&self) -> &[Pattern] {
        &self.patterns
    }

    /// The pattern that applies on that date; `None` before the first.
    pub fn pattern_on(&self, date: WorkDate) -> Option<&Pattern> {
        self.patterns.iter().rev().find(|pattern| pattern.effective_from <= date)
    }

    /// Adds a pattern, or replaces the pattern with the same date. All other patterns stay.
    ///
    /// # Errors
    /// All patterns together have more than [`Self::MAX_SHIFTS`] shifts.
    pub fn with_pattern(&self, pattern: Pattern) -> Result<Self, Invalid> {
        let mut patterns = self.patterns.clone();
        patterns.retain(|other| other.effective_from != pattern.effective_from);
        patterns.push(pattern);
        patterns.sort_by_key(|pattern| pattern.effective_from);
        let weeks = patterns.iter().flat_map(|pattern| pattern.rhythm.weeks());
        if Self::MAX_SHIFTS < weeks.map(|week| week.shifts.values().map(Vec::len).sum::<usize>()).sum() {
            return Err(Invalid::new(FieldRule::ShiftsInAllPatterns { max: Self::MAX_SHIFTS as u64 }));
        }
        Ok(Self { patterns, version: self.version })
    }
}
