//! What a punch is decided from, and what comes of it.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::{PunchRefusal, refusal::NotLoaded};
use crate::{
    calendar::{WorkDate, Zone},
    day::{Day, DayChange, Presence, PunchAction, PunchDetails, Session},
    event::Fact,
    ports::Entropy,
    schedule::Planner,
};

/// All that a punch is decided from.
#[derive(Debug, Clone, Copy)]
pub struct PunchContext<'a> {
    /// What is expected of the person.
    pub planner: &'a Planner<'a>,
    /// Where the person is.
    pub presence: &'a Presence,
    /// The stored days among [`dates_needed`]; one that isn't there isn't stored yet.
    pub days: &'a BTreeMap<WorkDate, Day>,
    /// The present instant.
    pub now: Timestamp,
    /// The instant of a punch that came later than it was made; absent for a punch made now.
    pub punched_at: Option<Timestamp>,
    /// Where ids come from.
    pub entropy: &'a dyn Entropy,
}

/// What a punch does, to be committed as one transaction.
#[derive(Debug, Clone, PartialEq)]
pub struct Punched {
    /// The changed days, each once.
    pub changes: Vec<DayChange>,
    /// The person's presence afterwards; the version that must still be stored is one less.
    pub presence: Presence,
    /// What happened, in order; never empty.
    pub facts: Vec<Fact>,
    /// The date of the day to answer with.
    pub date: WorkDate,
}

impl Punched {
    /// The day to answer with.
    pub fn day(&self) -> Option<&Day> {
        self.changes.iter().map(DayChange::after).find(|day| day.date() == self.date)
    }
}

/// The dates whose days a punch may concern: yesterday, today and tomorrow in the person's zone, and the open session's.
/// Where the presence isn't known yet, the default one gives the first three; a refusal tells when one was missing.
pub fn dates_needed(zone: &Zone, presence: &Presence, now: Timestamp) -> Vec<WorkDate> {
    let today = zone.date_of(now);
    let dates = BTreeSet::from([today.previous(), today, today.next()]);
    dates.into_iter().chain(presence.open().map(|(date, _)| date)).collect::<BTreeSet<_>>().into_iter().collect()
}

impl PunchContext<'_> {
    /// Carries a punch out, whatever was pressed. A break keeps the remark of `details` and nothing else of it.
    ///
    /// # Errors
    ///
    /// The punch isn't taken.
    pub fn punch(&self, action: PunchAction, details: PunchDetails) -> Result<Punched, PunchRefusal> {
        Ok(match action {
            PunchAction::In => self.clock_in(details)?,
            PunchAction::Out => self.clock_out(details)?,
            PunchAction::BreakStart => self.start_break(details.remark)?,
            PunchAction::BreakEnd => self.end_break()?,
        })
    }

    /// The instant of the punch: whole seconds, so that figures are too.
    pub(in crate::day) fn at(&self) -> Timestamp {
        self.punched_at.unwrap_or_else(|| self.decided_at())
    }

    /// The present instant in whole seconds: as of it days follow the schedule and count in their months, whenever the punch was
    /// made.
    pub(in crate::day) fn decided_at(&self) -> Timestamp {
        Timestamp::from_second(self.now.as_second()).unwrap_or(self.now)
    }

    /// The day of that date as it is to go on with.
    pub(in crate::day) fn current(&self, date: WorkDate) -> Day {
        Day::current(self.days.get(&date), self.planner, date, self.decided_at())
    }

    /// The days whose shifts a clock-in may be for.
    pub(super) fn candidates(&self) -> BTreeMap<WorkDate, Day> {
        let today = self.planner.today(self.at());
        [today.previous(), today, today.next()].into_iter().map(|date| (date, self.current(date))).collect()
    }

    /// The day with the open session, if one is open. The presence says which; where the day knows better (the session
    /// was ended by an edit), nothing is open.
    pub(super) fn open_day(&self) -> Result<Option<Day>, NotLoaded> {
        let Some((date, session_id)) = self.presence.open() else { return Ok(None) };
        let stored = self.days.get(&date).ok_or(NotLoaded { date })?;
        let is_open = stored.open_session().is_some_and(|session| session.id == session_id);
        Ok(is_open.then(|| stored.refreshed(self.planner, self.decided_at())))
    }

    /// The earliest instant that a punch in the session may have, even with a clock that was set back.
    pub(super) fn at_or_after(&self, session: &Session) -> Timestamp {
        self.at().max(session.last_punch_at())
    }

    /// A change from what was read.
    pub(in crate::day) fn change(&self, after: Day) -> DayChange {
        DayChange::new(self.days.get(&after.date()).cloned(), after, self.decided_at())
    }

    /// What is to be committed when one day changed.
    pub(super) fn punched(&self, day: Day, facts: Vec<Fact>) -> Punched {
        Punched { presence: self.presence.after(&day), date: day.date(), changes: vec![self.change(day)], facts }
    }
}
