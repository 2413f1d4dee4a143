//! Forgotten sessions, which nobody closed.

use jiff::Timestamp;

use super::{PunchContext, Punched, refusal::NotLoaded};
use crate::{
    day::{Day, PunchDetails, Session, Source, closing::BookedEnd},
    event::{Fact, PunchFact},
    id::PunchId,
    ports::Entropy,
    settings::PhotoRule,
};

/// Whether the person may have forgotten to end this open session: the shifts that it attends, or was matched to, are over. A
/// clock-in for a later shift then shows that its end was forgotten.
pub(in crate::day) fn may_be_forgotten(day: &Day, session: &Session, now: Timestamp) -> bool {
    let meant = session.shift_id.and_then(|id| day.shift(id));
    let attended = day.shifts().iter().filter(|shift| session.attends(shift, now, day.policy()));
    attended.chain(meant).all(|shift| shift.end_at <= now)
}

/// Whether the session has been open for so long that it counts as forgotten.
pub(in crate::day) fn is_forgotten(day: &Day, session: &Session, now: Timestamp) -> bool {
    day.closes_at(session) <= now
}

/// Closes the day's open session as forgotten. Does nothing if no session is open.
pub(in crate::day) fn close_forgotten(day: &mut Day, now: Timestamp, entropy: &dyn Entropy) -> Vec<Fact> {
    let end = day.open_session().map(|session| day.booked_end(session, now));
    let Some(BookedEnd { at, is_guessed }) = end else { return Vec::new() };
    let facts = close_automatically(day, at, now, entropy);
    // The closed session is still the last one, because closing doesn't change the order.
    day.mark_last_session(is_guessed || day.follows_unknown_rules());
    facts
}

/// Ends the open session and its break at an instant.
fn close_automatically(day: &mut Day, at: Timestamp, now: Timestamp, entropy: &dyn Entropy) -> Vec<Fact> {
    let date = day.date();
    let grace = day.policy().early_leave_grace_minutes;
    let Some(session) = day.open_session_mut() else { return Vec::new() };
    let open_break = session.open_break().map(|pause| pause.id);
    let session_id = session.id;
    let id = PunchId::generate(now, entropy);
    let punch = PunchDetails::bare(Source::Auto).into_punch(id, at, PhotoRule::Off, grace);
    session.close(punch);
    let break_ended = open_break.map(|break_id| Fact::Punch(PunchFact::BreakEnded { date, session_id, break_id, at }));
    break_ended.into_iter().chain([Fact::Punch(PunchFact::AutoClockedOut { date, session_id, at })]).collect()
}

impl PunchContext<'_> {
    /// Closes the open session if it counts as forgotten by now. A scheduled job calls it. Returns `None` if there is nothing to
    /// close, so that a second run changes nothing.
    pub fn close_forgotten(&self) -> Result<Option<Punched>, super::ClockOutRefusal> {
        let Some(mut day) = self.open_day()? else { return Ok(None) };
        if !self.is_overdue(&day) {
            return Ok(None);
        }
        let facts = close_forgotten(&mut day, self.at(), self.entropy);
        Ok(Some(self.punched(day, facts)))
    }

    /// Closes the open session of a person who leaves the company, now, or as forgotten if it is due. Returns `None` if no session
    /// is open.
    pub fn close_for_leaver(&self) -> Result<Option<Punched>, super::ClockOutRefusal> {
        let open = self.open_day().map_err(|NotLoaded { date }| super::ClockOutRefusal::DayNotLoaded { date })?;
        let Some(mut day) = open else { return Ok(None) };
        let facts = if self.is_overdue(&day) {
            close_forgotten(&mut day, self.at(), self.entropy)
        } else {
            let at = day.open_session().map_or_else(|| self.at(), |session| self.at_or_after(session));
            close_automatically(&mut day, at, self.at(), self.entropy)
        };
        Ok(Some(self.punched(day, facts)))
    }
}
