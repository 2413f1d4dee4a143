//! Clocking in.

use std::collections::BTreeMap;

use super::{
    ClockInRefusal, PunchContext, Punched,
    forgotten::{close_forgotten, is_forgotten, may_be_forgotten},
    matching::{Matched, matched},
};
use crate::{
    calendar::WorkDate,
    day::{Day, FlaggedClockIn, NamedCostCenter, PunchDetails, Session},
    event::{Fact, PunchFact},
    id::{PunchId, SessionId},
};

/// The result of checking a clock-in that would be accepted.
pub(super) struct Arrival {
    /// The work date and the shift of the clock-in.
    pub(super) matched: Matched,
    /// The days around now, with a forgotten session closed.
    pub(super) days: BTreeMap<WorkDate, Day>,
    /// The date of the forgotten session that the clock-in closes, and the facts of closing it.
    pub(super) closed: Option<(WorkDate, Vec<Fact>)>,
}

impl PunchContext<'_> {
    /// Begins a session, and closes a forgotten one.
    pub fn clock_in(&self, details: PunchDetails) -> Result<Punched, ClockInRefusal> {
        let Arrival { matched, mut days, closed } = self.arrival()?;
        let mut day = days.remove(&matched.date).unwrap_or_else(|| self.current(matched.date));
        let at = day.last_out().map_or_else(|| self.at(), |out| self.at().max(out));
        let details = self.fenced_in(details, &day, matched.shift_id)?;
        let before = day.figures(at);
        let grace = day.policy().late_grace_minutes;
        let session_id = SessionId::generate(self.at(), self.entropy);
        let punch_id = PunchId::generate(self.at(), self.entropy);
        let named = details.cost_center.clone();
        day.push_session(Session {
            id: session_id,
            clock_in: details.into_punch(punch_id, at, self.planner.settings.photo, grace),
            clock_out: None,
            breaks: Vec::new(),
            shift_id: matched.shift_id,
            needs_review: day.follows_unknown_rules(),
            flagged: matched.flag.map(FlaggedClockIn::waiting),
            cost_centers: named.map(|code| NamedCostCenter { from: at, cost_center: Some(code) }).into_iter().collect(),
        });

        let date = matched.date;
        let (closed_date, mut facts) = closed.unzip();
        let facts = facts.get_or_insert_default();
        facts.push(Fact::Punch(PunchFact::ClockedIn { date, session_id, at }));
        facts.extend(matched.flag.map(|reason| Fact::Punch(PunchFact::ClockInFlagged { date, session_id, reason })));
        let after = day.figures(at);
        let newly_late =
            after.shifts.iter().zip(&before.shifts).filter(|(after, before)| after.late_seconds > before.late_seconds);
        facts.extend(newly_late.map(|(shift, _)| {
            Fact::Punch(PunchFact::Late { date, shift_id: shift.id.to_string(), late_seconds: shift.late_seconds })
        }));

        let presence = self.presence.after(&day);
        let older = closed_date.filter(|closed| *closed != date).and_then(|closed| days.remove(&closed));
        let changes = older.into_iter().chain([day]).map(|day| self.change(day)).collect();
        Ok(Punched { changes, presence, facts: std::mem::take(facts), date })
    }

    /// Checks whether a clock-in would be accepted now, and returns its work date and shift.
    pub(super) fn arrival(&self) -> Result<Arrival, ClockInRefusal> {
        let (at, today) = (self.at(), self.planner.today(self.at()));
        let mut days = self.candidates();
        let find = |days: &_| matched(days, today, at, self.planner.settings);
        let Some(mut older) = self.open_day()? else {
            return Ok(Arrival { matched: find(&days)?, days, closed: None });
        };
        let Some(session) = older.open_session() else { return Err(ClockInRefusal::AlreadyClockedIn) };
        let (came_at, overdue) = (session.clock_in.at, is_forgotten(&older, session, at));
        if !overdue && !may_be_forgotten(&older, session, at) {
            return Err(ClockInRefusal::AlreadyClockedIn);
        }
        let date = older.date();
        let facts = close_forgotten(&mut older, at, self.entropy);
        days.insert(date, older);
        let around: BTreeMap<_, _> = days
            .iter()
            .filter(|(date, _)| today.days_since(**date).abs() <= 1)
            .map(|(d, day)| (*d, day.clone()))
            .collect();
        let found = find(&around);
        if overdue {
            return Ok(Arrival { matched: found?, days, closed: Some((date, facts)) });
        }
        // The open session isn't due for closing yet. Only a shift that begins after it shows that its end was forgotten.
        let is_later = |matched: &Matched| {
            let shift = matched.shift_id.and_then(|id| around.get(&matched.date).and_then(|day| day.shift(id)));
            matched.begins_shift && shift.is_some_and(|shift| came_at < shift.start_at)
        };
        match found {
            Ok(matched) if is_later(&matched) => Ok(Arrival { matched, days, closed: Some((date, facts)) }),
            Ok(_) | Err(_) => Err(ClockInRefusal::AlreadyClockedIn),
        }
    }
}
