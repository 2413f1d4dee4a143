//! Patterns from a date on.

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

/// Why a pattern isn't taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.rule())]
pub enum PatternRefusal {
    /// It would change days that are over.
    InThePast,
    /// It would hold longer from now than anybody plans.
    TooFarAhead,
    /// Its weeks name fewer or more days off than the settings allow.
    WeeklyOffs(Invalid),
    /// A shift's site doesn't exist.
    UnknownSite(SiteId),
    /// There is no room for so many shifts or sites.
    Invalid(#[from] Invalid),
    /// Shifts of it overlap, or one of it and one of another pattern or of a date that is planned otherwise.
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
    /// Returns the schedule with another pattern from its date on; a pattern from the same date is replaced. Where the work
    /// of that date has begun the pattern holds from the next, which the result's `from` tells.
    pub fn set_pattern(&self, pattern: Pattern) -> Result<Rescheduled, PatternRefusal> {
        self.set_patterns(&[pattern])
    }

    /// Returns the schedule with several patterns, each from its date on, as one change: what one of them replaces isn't
    /// compared with another.
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

    /// Checks what needs no other pattern: the date, the days off, and that shifts of the pattern itself don't overlap.
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

    /// Checks the dates of the patterns that were `set` with those before and after, and with what is planned otherwise.
    /// Shifts that overlapped before, because a zone was changed under them, don't stand in the way.
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

/// Returns the last date examined of a pattern: a year of dates has both changes of the clocks and every turn of a rotation.
fn last_examined(from: WorkDate) -> WorkDate {
    from.plus_days(HORIZON_DAYS + NEIGHBOURS)
}
