//! Changes of patterns from a date on.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Clash, HORIZON_DAYS, Rescheduled, Rostering,
    clash::{NEIGHBOURS, clash_among, clash_within, dates},
    rescheduled::{MAX_SITES, of_rhythm},
};
use crate::{
    FieldRule, Invalid,
    calendar::WorkDate,
    id::SiteId,
    schedule::{Pattern, Planner, Schedule},
};

/// The reason why a pattern is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.rule())]
pub enum PatternRefusal {
    /// The pattern would change days that are over.
    InThePast,
    /// The pattern would begin too far ahead.
    TooFarAhead,
    /// The weeks of the pattern have fewer or more days off than the settings allow.
    WeeklyOffs(Invalid),
    /// A shift's site doesn't exist.
    UnknownSite(SiteId),
    /// The pattern has too many shifts or sites.
    Invalid(#[from] Invalid),
    /// Shifts of the pattern overlap with each other, or with those of another pattern or of a planned date.
    Clash(#[from] Clash),
}

impl PatternRefusal {
    /// Returns the rule that the pattern breaks.
    pub fn rule(&self) -> FieldRule {
        match self {
            Self::InThePast => FieldRule::TodayOrLater,
            Self::TooFarAhead => FieldRule::DaysAheadAtMost { days: i64::from(HORIZON_DAYS) },
            Self::WeeklyOffs(invalid) | Self::Invalid(invalid) => invalid.rule().clone(),
            Self::UnknownSite(_) => FieldRule::NotSites,
            Self::Clash(clash) => clash.rule(),
        }
    }
}

impl Rostering<'_> {
    /// Returns the schedule with another pattern from its date on. It replaces a pattern from the same date. Where the work of
    /// that date has begun, the pattern applies from the next date; `from` in the result has the date.
    pub fn set_pattern(&self, pattern: Pattern) -> Result<Rescheduled, PatternRefusal> {
        self.set_patterns(&[pattern])
    }

    /// Returns the schedule with several patterns, each from its date on, as one change. A pattern that one of them replaces
    /// isn't compared with the others.
    pub fn set_patterns(&self, patterns: &[Pattern]) -> Result<Rescheduled, PatternRefusal> {
        let sites: BTreeSet<SiteId> = patterns.iter().flat_map(|pattern| of_rhythm(&pattern.rhythm)).collect();
        for pattern in patterns {
            self.check_pattern(pattern)?;
        }
        if let Some(site) = sites.iter().find(|site| !self.planner.sites.contains(**site)) {
            return Err(PatternRefusal::UnknownSite(*site));
        }
        if MAX_SITES < sites.len() {
            return Err(Invalid::new(FieldRule::SitesAtMost { max: MAX_SITES as u64 }).into());
        }
        let (mut schedule, mut set) = (self.planner.schedule.clone(), BTreeSet::new());
        for pattern in patterns {
            let mut from = pattern.effective_from;
            // Tomorrow's work may have begun too: at a site far to the east, or by an early clock-in.
            while self.has_begun(from) && from != from.next() {
                from = from.next();
            }
            schedule = schedule.with_pattern(Pattern { effective_from: from, ..pattern.clone() })?;
            set.insert(from);
        }
        self.check_clashes(&schedule, &set)?;
        let from = set.first().copied().unwrap_or_else(|| self.today());
        Ok(Rescheduled::with_patterns(self.planner, from, schedule, sites))
    }

    /// Checks what doesn't depend on other patterns: the date, the days off, and that the pattern's own shifts don't overlap.
    fn check_pattern(&self, pattern: &Pattern) -> Result<(), PatternRefusal> {
        let (today, from) = (self.today(), pattern.effective_from);
        if from < today {
            return Err(PatternRefusal::InThePast);
        }
        if today.plus_days(HORIZON_DAYS) < from {
            return Err(PatternRefusal::TooFarAhead);
        }
        pattern.rhythm.check_weekly_offs(self.planner.settings.weekly_offs).map_err(PatternRefusal::WeeklyOffs)?;
        let (alone, no_plans) = (Schedule::of(pattern.clone()), BTreeMap::new());
        let planner = Planner { schedule: &alone, years: &no_plans, ..*self.planner };
        let clash = clash_within(&planner, &pattern.rhythm, dates(from, last_examined(from)));
        clash.map_or(Ok(()), |clash| Err(clash.into()))
    }

    /// Checks the dates of the patterns that were `set` against those before and after, and against planned dates. Shifts that
    /// overlapped before, because a zone was changed, don't cause a refusal.
    fn check_clashes(&self, schedule: &Schedule, set: &BTreeSet<WorkDate>) -> Result<(), Clash> {
        let (Some(first), Some(last)) = (set.first(), set.last()) else { return Ok(()) };
        let planner = Planner { schedule, ..*self.planner };
        let follows_one = |date: WorkDate| {
            self.planned(date).is_none()
                && schedule.pattern_on(date).is_some_and(|pattern| set.contains(&pattern.effective_from))
        };
        let examined = dates(first.plus_days(-NEIGHBOURS), last_examined(*last));
        clash_among(&planner, examined, follows_one).map_or(Ok(()), Err)
    }
}

/// Returns the last date examined for a pattern. A year of dates includes both clock changes and every turn of a rotation.
fn last_examined(from: WorkDate) -> WorkDate {
    from.plus_days(HORIZON_DAYS + NEIGHBOURS)
}
