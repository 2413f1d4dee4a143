//! The input and the result of a punch's transition.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::{PunchRefusal, forgotten::is_forgotten, refusal::NotLoaded};
use crate::{
    calendar::{WorkDate, Zone},
    day::{Day, DayChange, Presence, PunchAction, PunchDetails, Session},
    event::Fact,
    ports::Entropy,
    schedule::Planner,
};

/// All data on which a punch is decided.
#[derive(Debug, Clone, Copy)]
pub struct PunchContext<'a> {
    /// The person's schedule.
    pub planner: &'a Planner<'a>,
    /// The person's presence.
    pub presence: &'a Presence,
    /// The stored days of [`dates_needed`]. A missing day isn't stored yet.
    pub days: &'a BTreeMap<WorkDate, Day>,
    /// The present instant.
    pub now: Timestamp,
    /// The instant of a punch that was received later than it was made; absent for a punch made now.
    pub punched_at: Option<Timestamp>,
    /// The source of random bytes for ids.
    pub entropy: &'a dyn Entropy,
}

/// The result of a punch, to be committed as one transaction.
#[derive(Debug, Clone, PartialEq)]
pub struct Punched {
    /// The changed days, each once.
    pub changes: Vec<DayChange>,
    /// The person's presence afterwards. The stored version must be one less.
    pub presence: Presence,
    /// The facts, in order; never empty.
    pub facts: Vec<Fact>,
    /// The date of the day that the response contains.
    pub date: WorkDate,
}

impl Punched {
    /// The day that the response contains.
    pub fn day(&self) -> Option<&Day> {
        self.changes.iter().map(DayChange::after).find(|day| day.date() == self.date)
    }
}

/// The dates whose days a punch may concern: yesterday, today and tomorrow in the person's zone, and the open session's date. If
/// the presence isn't known yet, use the default presence for the first three; a refusal names a missing date.
pub fn dates_needed(zone: &Zone, presence: &Presence, now: Timestamp) -> Vec<WorkDate> {
    let today = zone.date_of(now);
    let dates = BTreeSet::from([today.previous(), today, today.next()]);
    dates.into_iter().chain(presence.open().map(|(date, _)| date)).collect::<BTreeSet<_>>().into_iter().collect()
}

impl PunchContext<'_> {
    /// Executes a punch of any action. Of `details`, a break keeps only the remark.
    ///
    /// # Errors
    ///
    /// The punch is refused.
    pub fn punch(&self, action: PunchAction, details: PunchDetails) -> Result<Punched, PunchRefusal> {
        Ok(match action {
            PunchAction::In => self.clock_in(details)?,
            PunchAction::Out => self.clock_out(details)?,
            PunchAction::BreakStart => self.start_break(details.remark)?,
            PunchAction::BreakEnd => self.end_break()?,
        })
    }

    /// The instant of the punch in whole seconds, so that figures are in whole seconds too.
    pub(in crate::day) fn at(&self) -> Timestamp {
        self.punched_at.unwrap_or_else(|| self.decided_at())
    }

    /// The present instant in whole seconds. Days follow the schedule and contribute to their months as of this instant,
    /// regardless of when the punch was made.
    pub(in crate::day) fn decided_at(&self) -> Timestamp {
        Timestamp::from_second(self.now.as_second()).unwrap_or(self.now)
    }

    /// The day of that date: the stored day, updated to the schedule, or a new one.
    pub(in crate::day) fn current(&self, date: WorkDate) -> Day {
        Day::current(self.days.get(&date), self.planner, date, self.decided_at())
    }

    /// The days with shifts that a clock-in may be for.
    pub(super) fn candidates(&self) -> BTreeMap<WorkDate, Day> {
        let today = self.planner.today(self.at());
        [today.previous(), today, today.next()].into_iter().map(|date| (date, self.current(date))).collect()
    }

    /// The day with the open session, if a session is open. The presence names the day. If the day shows that the session ended
    /// by an edit, no session is open.
    pub(super) fn open_day(&self) -> Result<Option<Day>, NotLoaded> {
        let Some((date, session_id)) = self.presence.open() else { return Ok(None) };
        let stored = self.days.get(&date).ok_or(NotLoaded { date })?;
        let is_open = stored.open_session().is_some_and(|session| session.id == session_id);
        Ok(is_open.then(|| stored.refreshed(self.planner, self.decided_at())))
    }

    /// The day with the open session, unless the session counts as forgotten by the instant of the punch. Such a session has
    /// ended, so punches are decided in the same way before and after `close-day` runs, and when they are received later.
    pub(super) fn running_day(&self) -> Result<Option<Day>, NotLoaded> {
        Ok(self.open_day()?.filter(|day| !self.is_overdue(day)))
    }

    /// Whether the day's open session counts as forgotten by the instant of the punch.
    pub(super) fn is_overdue(&self, day: &Day) -> bool {
        day.open_session().is_some_and(|session| is_forgotten(day, session, self.at()))
    }

    /// The earliest instant that a punch in the session may have, even if a clock was set back.
    pub(super) fn at_or_after(&self, session: &Session) -> Timestamp {
        self.at().max(session.last_punch_at())
    }

    /// The change from the day as read.
    pub(in crate::day) fn change(&self, after: Day) -> DayChange {
        DayChange::new(self.days.get(&after.date()).cloned(), after, self.decided_at())
    }

    /// The result of a punch that changes one day.
    pub(super) fn punched(&self, day: Day, facts: Vec<Fact>) -> Punched {
        Punched { presence: self.presence.after(&day), date: day.date(), changes: vec![self.change(day)], facts }
    }
}
