//! Where someone stands: what `GET /clock` shows.

use jiff::Timestamp;

use super::{ClockInRefusal, PunchContext, matching::is_attended};
use crate::{
    day::{ClockInFlag, Day, PresenceKind, PunchAction},
    schedule::{Shift, Window},
};

/// How many days ahead the next shift is looked for: over a fortnight off it isn't "next" any more.
const DAYS_AHEAD: i32 = 14;

/// Where someone stands, and whether a clock-in would be taken.
#[derive(Debug, Clone, PartialEq)]
pub struct ClockStatus {
    /// Where they are.
    pub presence: PresenceKind,
    /// Since when.
    pub since: Option<Timestamp>,
    /// The day they are on: the open session's, else the one a clock-in would count for, else today's. Version 0 where
    /// it isn't stored.
    pub day: Day,
    /// The shift a clock-in would be for, else the next one to come.
    pub next_shift: Option<Shift>,
    /// When `next_shift` may be clocked in to.
    pub window: Option<Window>,
    /// Why a clock-in now would be flagged; none where it would be taken as planned, or not at all.
    pub flag: Option<ClockInFlag>,
    /// Why a clock-in wouldn't be taken now; none: it would.
    pub refusal: Option<ClockInRefusal>,
}

impl ClockStatus {
    /// Whether a clock-in would be taken now.
    pub const fn can_clock_in(&self) -> bool {
        self.refusal.is_none()
    }
}

impl PunchContext<'_> {
    /// Where the person stands. Refused only where the day of the open session wasn't read.
    pub fn status(&self) -> Result<ClockStatus, ClockInRefusal> {
        let (at, today) = (self.at(), self.planner.today(self.at()));
        let open = self.open_day()?;
        let (presence, since) = match &open {
            Some(day) => day.whereabouts(),
            // Where the day knows that the session was ended, the presence is behind.
            None if self.presence.open().is_some() => (PresenceKind::Out, None),
            None => (self.presence.kind(), self.presence.since()),
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

    /// What somebody does who presses a clock that has but one button: they clock in, end their break, or clock out.
    pub fn next_action(&self) -> Result<PunchAction, ClockInRefusal> {
        Ok(self.status()?.presence.next_action())
    }

    /// The next shift that may still be attended, and isn't.
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
