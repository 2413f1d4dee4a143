//! The automatic closing of forgotten sessions: when it happens, and which end is booked.

use jiff::Timestamp;

use super::{Day, Session};
use crate::schedule::{Shift, later};

/// How long a session stays open after the end of the last shift that it attends, in seconds, so that people can clock out after
/// overtime.
const SECONDS_AFTER_LAST_SHIFT: i64 = 2 * 3600;

/// The end that is booked for a forgotten session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct BookedEnd {
    /// The instant of the end.
    pub(super) at: Timestamp,
    /// Whether the end is guessed because no shift determines it.
    pub(super) is_guessed: bool,
}

impl Day {
    /// Returns the instant at which the session closes automatically if it is still open. This is the later of its clock-in +
    /// `auto_clock_out_after_minutes`, and two hours after the end of the last shift that begins before that. A shift that leave
    /// covers doesn't count.
    pub fn closes_at(&self, session: &Session) -> Timestamp {
        self.closes_since(session.clock_in.at)
    }

    /// Returns the instant at which a session with that clock-in closes automatically.
    pub(super) fn closes_since(&self, clock_in: Timestamp) -> Timestamp {
        let limit = self.policy().attends_shifts_before(clock_in);
        let attended = |shift: &&Shift| !shift.on_leave && clock_in < shift.end_at && shift.start_at < limit;
        let last_end = self.shifts().iter().filter(attended).map(|shift| shift.end_at).max();
        last_end.map_or(limit, |end| limit.max(later(end, SECONDS_AFTER_LAST_SHIFT)))
    }

    /// Returns the instant until which the open session lasts: `now`, or the end to book once closing is due.
    pub fn lasts_until(&self, session: &Session, now: Timestamp) -> Timestamp {
        if now < self.closes_at(session) { now } else { self.booked_end(session, now).at }
    }

    /// Returns the end to book for the open session: the later of the last attended shift's end and the last punch. Without a
    /// shift, the end is guessed from the default shift's length, and is no later than the instant at which the session closes.
    ///
    /// Once closing is due, the end is the same at every `now`. Before that, only a clock-in for a later shift closes the
    /// session, and then the end is no later than this clock-in.
    pub(super) fn booked_end(&self, session: &Session, now: Timestamp) -> BookedEnd {
        let attended = |shift: &&Shift| !shift.on_leave && session.attends(shift, now, self.policy());
        let last_end = self.shifts().iter().filter(attended).map(|shift| shift.end_at).max();
        let guess = || {
            let length = 60 * i64::from(self.policy().default_shift_minutes);
            later(session.clock_in.at, length).min(self.closes_at(session))
        };
        BookedEnd {
            at: last_end.unwrap_or_else(guess).min(now).max(session.last_punch_at()),
            is_guessed: last_end.is_none(),
        }
    }
}
