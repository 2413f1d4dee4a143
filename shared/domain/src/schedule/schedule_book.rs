//! A person's patterns with the dates from which they hold.

use serde::{Deserialize, Serialize};

use super::{
    Pattern,
    overlap::{Stretch, refuse_overlap},
};
use crate::{Invalid, calendar::WorkDate};

/// All patterns of a person, past ones included, so that a past date keeps the pattern that held. One stored item.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Schedule {
    /// In order of their dates, one for each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    patterns: Vec<Pattern>,
    /// Counts the changes; 0 before the first.
    #[serde(default)]
    pub version: u64,
}

impl Schedule {
    /// The most shifts of all patterns together: they are one item, read with every punch.
    pub const MOST_SHIFTS: usize = 2000;

    /// The same patterns as the next version.
    #[must_use]
    pub(crate) fn next_version(self) -> Self {
        Self { version: self.version + 1, ..self }
    }

    /// The patterns in order of their dates.
    pub fn patterns(&self) -> &[Pattern] {
        &self.patterns
    }

    /// The pattern that holds on that date; none before the first.
    pub fn pattern_on(&self, date: WorkDate) -> Option<&Pattern> {
        self.patterns.iter().rev().find(|pattern| pattern.effective_from <= date)
    }

    /// Adds a pattern; one from the same date is replaced, those before and after stay. Refused where a night shift of
    /// one pattern would run into the first day of the next.
    pub fn with_pattern(&self, pattern: Pattern) -> Result<Self, Invalid> {
        let mut patterns = self.patterns.clone();
        patterns.retain(|other| other.effective_from != pattern.effective_from);
        patterns.push(pattern);
        patterns.sort_by_key(|pattern| pattern.effective_from);
        let weeks = patterns.iter().flat_map(|pattern| pattern.rhythm.weeks());
        if Self::MOST_SHIFTS < weeks.map(|week| week.shifts.values().map(Vec::len).sum::<usize>()).sum() {
            return Err(Invalid::new(format!("must not have more than {} shifts in all patterns", Self::MOST_SHIFTS)));
        }
        for [earlier, later] in patterns.array_windows() {
            let (last, first) = (later.effective_from.previous(), later.effective_from);
            let evening = earlier.rhythm.shifts_on(last).iter().map(|s| Stretch::of(s.times, 0, &last.to_string()));
            let morning = later.rhythm.shifts_on(first).iter().map(|s| Stretch::of(s.times, 1440, &first.to_string()));
            refuse_overlap(evening.chain(morning).collect(), None)?;
        }
        Ok(Self { patterns, version: self.version })
    }
}
