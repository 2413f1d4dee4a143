//! A pattern from a date on.

use std::collections::BTreeSet;

use super::{
    Clash, HORIZON_DAYS, Rescheduled, Rostering,
    clash::{NEIGHBOURS, clash_within, dates},
    rescheduled::{MOST_SITES, of_rhythm},
};
use crate::{
    Invalid,
    calendar::WorkDate,
    id::SiteId,
    schedule::{Pattern, Planner, Schedule},
};

/// Why a pattern isn't taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PatternRefusal {
    /// It would change days that are over.
    #[error("must be today or later")]
    InThePast,
    /// It would hold longer from now than anybody plans.
    #[error("must be at most {HORIZON_DAYS} days ahead")]
    TooFarAhead,
    /// A shift's site doesn't exist.
    #[error("must name sites that exist")]
    UnknownSite(SiteId),
    /// There is no room for so many patterns, or its shifts run into those of the pattern before or after.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// Shifts of it, or of it and a date that is planned otherwise, overlap.
    #[error(transparent)]
    Clash(#[from] Clash),
}

impl Rostering<'_> {
    /// Another pattern from its date on; a pattern from the same date is replaced. Where the work of that date has begun
    /// it holds from the next, which the result's `from` tells.
    pub fn set_pattern(&self, pattern: Pattern) -> Result<Rescheduled, PatternRefusal> {
        let today = self.today();
        if pattern.effective_from < today {
            return Err(PatternRefusal::InThePast);
        }
        if today.plus_days(HORIZON_DAYS) < pattern.effective_from {
            return Err(PatternRefusal::TooFarAhead);
        }
        let sites: BTreeSet<SiteId> = of_rhythm(&pattern.rhythm).collect();
        if let Some(site) = sites.iter().find(|site| !self.planner.sites.contains(**site)) {
            return Err(PatternRefusal::UnknownSite(*site));
        }
        if MOST_SITES < sites.len() {
            return Err(Invalid::new(format!("must not name more than {MOST_SITES} sites")).into());
        }
        let mut from = pattern.effective_from;
        // Tomorrow's work may have begun too: at a site far to the east, or by an early clock-in.
        while self.has_begun(from) && from != from.next() {
            from = from.next();
        }
        let patterns = self.planner.schedule.with_pattern(Pattern { effective_from: from, ..pattern })?;
        self.check_clashes(from, &patterns)?;
        Ok(Rescheduled::with_patterns(self.planner, from, patterns))
    }

    /// Looks at a whole year of dates, and so at every turn of a rotation, with what is planned otherwise among them.
    fn check_clashes(&self, from: WorkDate, patterns: &Schedule) -> Result<(), Clash> {
        let planner = Planner { schedule: patterns, ..*self.planner };
        let until = from.plus_days(HORIZON_DAYS + NEIGHBOURS);
        clash_within(&planner, dates(from.plus_days(-NEIGHBOURS), until)).map_or(Ok(()), Err)
    }
}
