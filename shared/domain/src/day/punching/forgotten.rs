//! Sessions that nobody closed.

use jiff::Timestamp;

use super::{PunchContext, Punched, refusal::NotLoaded};
use crate::{
    day::{Day, PunchDetails, Session, Source},
    event::Fact,
    id::PunchId,
    ports::Entropy,
    schedule::{Shift, later},
    settings::PhotoRule,
};

/// When a forgotten session is taken to have ended.
struct End {
    at: Timestamp,
    /// Whether no shift told it.
    is_guessed: bool,
}

/// The later of the last attended shift's end and the last punch; without a shift the default shift's length. Never in
/// the future.
fn end_of(day: &Day, session: &Session, now: Timestamp) -> End {
    let last_end = attended(day, session, now).map(|shift| shift.end_at).max();
    let guess = || later(session.clock_in.at, 60 * i64::from(day.policy().default_shift_minutes));
    let last_punch = session.last_punch_at();
    End { at: last_end.unwrap_or_else(guess).min(now).max(last_punch), is_guessed: last_end.is_none() }
}

fn attended<'a>(day: &'a Day, session: &'a Session, now: Timestamp) -> impl Iterator<Item = &'a Shift> {
    day.shifts().iter().filter(move |shift| session.attends(shift, now, day.policy()))
}

/// Whether nothing says that someone with this open session is still at work: the shifts that it attends, or was meant
/// for, are over. A clock-in for a later shift then shows that its end was forgotten.
pub(super) fn may_be_forgotten(day: &Day, session: &Session, now: Timestamp) -> bool {
    let meant = session.shift_id.and_then(|id| day.shift(id));
    attended(day, session, now).chain(meant).all(|shift| shift.end_at <= now)
}

/// Whether the session has been open for so long that it counts as forgotten.
pub(super) fn is_forgotten(day: &Day, session: &Session, now: Timestamp) -> bool {
    day.policy().forgotten_at(session) <= now
}

/// Closes the day's open session as forgotten. Nothing happens where none is open.
pub(super) fn close_forgotten(day: &mut Day, now: Timestamp, entropy: &dyn Entropy) -> Vec<Fact> {
    let Some(end) = day.open_session().map(|session| end_of(day, session, now)) else { return Vec::new() };
    let facts = close_automatically(day, end.at, now, entropy);
    // The session was the last, and closing it didn't move it.
    day.mark_last_session(end.is_guessed);
    facts
}

/// Ends the open session at an instant, and its break.
fn close_automatically(day: &mut Day, at: Timestamp, now: Timestamp, entropy: &dyn Entropy) -> Vec<Fact> {
    let date = day.date();
    let Some(session) = day.open_session_mut() else { return Vec::new() };
    let open_break = session.open_break().map(|pause| pause.id);
    let session_id = session.id;
    let punch = PunchDetails::bare(Source::Auto).into_punch(PunchId::generate(now, entropy), at, PhotoRule::Off);
    session.close(punch);
    let break_ended = open_break.map(|break_id| Fact::BreakEnded { date, session_id, break_id, at });
    break_ended.into_iter().chain([Fact::AutoClockedOut { date, session_id, at }]).collect()
}

impl PunchContext<'_> {
    /// Closes the open session if it counts as forgotten by now: what the clockwork does. None when there is nothing to
    /// close, so that running it twice changes nothing.
    pub fn close_forgotten(&self) -> Result<Option<Punched>, super::ClockOutRefusal> {
        let Some(mut day) = self.open_day()? else { return Ok(None) };
        if !day.open_session().is_some_and(|session| is_forgotten(&day, session, self.at())) {
            return Ok(None);
        }
        let facts = close_forgotten(&mut day, self.at(), self.entropy);
        Ok(Some(self.punched(day, facts)))
    }

    /// Closes the open session of someone who leaves the company, now. None when none is open.
    pub fn close_for_leaver(&self) -> Result<Option<Punched>, super::ClockOutRefusal> {
        let open = self.open_day().map_err(|NotLoaded { date }| super::ClockOutRefusal::DayNotLoaded { date })?;
        let Some(mut day) = open else { return Ok(None) };
        let at = day.open_session().map_or_else(|| self.at(), |session| self.at_or_after(session));
        let facts = close_automatically(&mut day, at, self.at(), self.entropy);
        Ok(Some(self.punched(day, facts)))
    }
}
