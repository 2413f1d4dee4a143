//! The clock status of a person, as `GET /clock` returns it.

use jiff::Timestamp;

use super::{ClockInRefusal, PunchContext, matching::is_attended};
use crate::{
    day::{ClockInFlag, Day, PresenceKind, PunchAction},
    schedule::{Shift, Window},
};

/// The number of days in which the next shift is searched. After more than two weeks off, a shift no longer counts as the next
/// one.
const DAYS_AHEAD: i32 = 14;

/// The clock status of a person, and whether a clock-in would be accepted.
#[derive(Debug, Clone, PartialEq)]
pub struct ClockStatus {
    /// The person's presence.
    pub presence: PresenceKind,
    /// The instant since which the presence applies.
    pub since: Option<Timestamp>,
    /// The day of the open session, otherwise the day for which a clock-in would count, otherwise today's. Its version is 0 if it
    /// isn't stored.
    pub day: Day,
    /// The shift for which a clock-in would count, otherwise the next shift.
    pub next_shift: Option<Shift>,
    /// The clock-in window of `next_shift`.
    pub window: Option<Window>,
    /// The reason why a clock-in now would be flagged; `None` if it would be accepted without a flag, or refused.
    pub flag: Option<ClockInFlag>,
    /// The reason why a clock-in now would be refused; `None` if it would be accepted.
    pub refusal: Option<ClockInRefusal>,
}

impl ClockStatus {
    /// Whether a clock-in would be accepted now.
    pub const fn can_clock_in(&self) -> bool {
        self.refusal.is_none()
    }
}

impl PunchContext<'_> {
    /// Returns the person's clock status. Fails only if the day of the open session wasn't read.
    pub fn status(&self) -> Result<ClockStatus, ClockInRefusal> {
        let (at, today) = (self.at(), self.planner.today(self.at()));
        let (open, overdue) = match self.open_day()? {
            Some(day) if self.is_overdue(&day) => (None, Some(day)),
            open => (open, None),
        };
        let (presence, since) = match (&open, &overdue) {
            (Some(day), _) => day.whereabouts(),
            // `close-day` will give the session this end.
            (None, Some(day)) => {
                let end = day.open_session().map(|session| day.booked_end(session, at).at);
                (PresenceKind::Out, end)
            }
            // The day shows that the session has ended, so the presence is outdated.
            (None, None) if self.presence.open().is_some() => (PresenceKind::Out, None),
            (None, None) => (self.presence.kind(), self.presence.since()),
        };
        let arrival = self.arrival();
        let matched = arrival.as_ref().ok().map(|arrival| arrival.matched);
        let matched_day = matched.map(|matched| self.current(matched.date));
        let matched_shift = matched
            .filter(|matched| matched.begins_shift)
            .and_then(|matched| matched_day.as_ref()?.shift(matched.shift_id?).cloned());
        let next = matched_shift
            .and_then(|shift| Some((matched_day.as_ref()?.policy().window(&shift), shift)))
            .or_else(|| self.next_shift(at, open.as_ref()));
        let (window, next_shift) = next.unzip();
        Ok(ClockStatus {
            presence,
            since,
            day: open.or(matched_day).unwrap_or_else(|| self.current(today)),
            next_shift,
            window,
            flag: matched.and_then(|matched| matched.flag),
            refusal: arrival.err(),
        })
    }

    /// The action of a clock with only one button: clock in, end the break, or clock out.
    pub fn next_action(&self) -> Result<PunchAction, ClockInRefusal> {
        Ok(self.status()?.presence.next_action())
    }

    /// The next shift that the person can still attend and doesn't attend yet.
    fn next_shift(&self, at: Timestamp, open: Option<&Day>) -> Option<(Window, Shift)> {
        let meant = open.and_then(Day::open_session).and_then(|session| session.shift_id);
        let today = self.planner.today(at);
        (-1..=DAYS_AHEAD).map(|ahead| self.current(today.plus_days(ahead))).find_map(|day| {
            let shift = day
                .shifts()
                .iter()
                .find(|s| !s.on_leave && at < s.end_at && meant != Some(s.id) && !is_attended(&day, s, at))?;
            Some((day.policy().window(shift), shift.clone()))
        })
    }
}
