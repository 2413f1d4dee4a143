//! The function that computes all figures of a day from its punches, shifts and policy.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::{
    BreakCounting, ClockInFlag, Day, DayStatus, Figures, Flag, PresenceKind, Punch, Session, SessionFigures,
    ShiftFigures, ShiftStatus, Source,
    auto_break::ClosedTime,
    break_intervals::{BreakInterval, Span, break_intervals, exceed_maximum},
    deadline,
};
use crate::{
    schedule::{Shift, later, seconds_between},
    settings::MinutesOfDay,
};

impl Day {
    /// All figures of the day at an instant.
    pub fn figures(&self, as_of: Timestamp) -> Figures {
        let break_intervals = break_intervals(self.sessions(), self.policy());
        let shifts: Vec<ShiftFigures> = self.shifts().iter().map(|shift| self.shift_figures(shift, as_of)).collect();
        let status = self.status(&shifts);
        let flags = self.flags(&shifts, status, as_of);
        let time = self.time(&break_intervals);
        let (presence, since) = self.whereabouts();
        let deadline = deadline::next(self, &shifts, as_of);
        Figures {
            status,
            presence,
            since,
            sessions: self.session_figures(&break_intervals),
            worked_seconds: time.worked,
            break_seconds: break_intervals.iter().map(|pause| pause.whole.seconds()).sum(),
            unpaid_break_seconds: break_intervals.iter().map(|pause| pause.unpaid.seconds()).sum(),
            auto_break_seconds: time.auto_break,
            scheduled_seconds: time.scheduled,
            late_seconds: shifts.iter().map(|shift| shift.late_seconds).sum(),
            early_leave_seconds: shifts.iter().map(|shift| shift.early_leave_seconds).sum(),
            overtime_seconds: time.overtime,
            withheld_overtime_seconds: time.withheld_overtime,
            flags,
            deadline,
            shifts,
        }
    }

    /// Returns the figures of a shift (docs/rules.md#late). They follow from the earliest clock-in and the last clock-out of the
    /// sessions that attend it.
    fn shift_figures(&self, shift: &Shift, as_of: Timestamp) -> ShiftFigures {
        let untouched = |status| ShiftFigures { id: shift.id, status, late_seconds: 0, early_leave_seconds: 0 };
        if shift.on_leave {
            return untouched(ShiftStatus::OnLeave);
        }
        let attending: Vec<&Session> =
            self.sessions().iter().filter(|session| session.attends(shift, as_of, self.policy())).collect();
        let Some(came) = attending.iter().map(|session| &session.clock_in).min_by_key(|punch| punch.at) else {
            return untouched(if shift.end_at <= as_of { ShiftStatus::Missed } else { ShiftStatus::Expected });
        };
        let still_in = attending.iter().any(|session| session.is_open());
        let went = attending.iter().filter_map(|session| session.clock_out.as_ref()).max_by_key(|punch| punch.at);
        let grace = |punch: &Punch, of_day: MinutesOfDay| 60 * punch.grace_minutes.unwrap_or(of_day).as_i64();
        let late_from = later(shift.start_at, grace(came, self.policy().late_grace_minutes));
        let left_early = |went: &&Punch| {
            !still_in && went.at < later(shift.end_at, -grace(went, self.policy().early_leave_grace_minutes))
        };
        ShiftFigures {
            id: shift.id,
            status: ShiftStatus::Attended,
            late_seconds: if late_from < came.at { seconds_between(shift.start_at, came.at) } else { 0 },
            early_leave_seconds: went.filter(left_early).map_or(0, |went| seconds_between(went.at, shift.end_at)),
        }
    }

    fn status(&self, shifts: &[ShiftFigures]) -> DayStatus {
        let any = |status| shifts.iter().any(|shift| shift.status == status);
        let came = !self.sessions().is_empty();
        let is_in = self.open_session().is_some();
        if shifts.is_empty() {
            if came { DayStatus::Present } else { DayStatus::Off }
        } else if any(ShiftStatus::Attended) {
            DayStatus::Present
        } else if any(ShiftStatus::Expected) {
            // A person who came early is already present. A person who came early and left again is still expected.
            if is_in { DayStatus::Present } else { DayStatus::Expected }
        } else if any(ShiftStatus::Missed) {
            DayStatus::Absent
        } else {
            DayStatus::OnLeave
        }
    }

    fn flags(&self, shifts: &[ShiftFigures], status: DayStatus, as_of: Timestamp) -> BTreeSet<Flag> {
        let sessions = self.sessions();
        let attends = |session: &Session, on_leave: bool| {
            self.shifts().iter().any(|s| s.on_leave == on_leave && session.attends(s, as_of, self.policy()))
        };
        let outside_window = |session: &Session| {
            session.flagged.as_ref().is_some_and(|flagged| flagged.reason == ClockInFlag::OutsideWindow)
        };
        let unscheduled = |session: &Session| {
            !outside_window(session)
                && !attends(session, true)
                && !attends(session, false)
                && !self.shifts().iter().any(|shift| self.policy().window(shift).holds(session.clock_in.at))
        };
        let worked_on_leave =
            |session: &Session| status == DayStatus::OnLeave || (attends(session, true) && !attends(session, false));
        let punches =
            || sessions.iter().flat_map(|session| [Some(&session.clock_in), session.clock_out.as_ref()]).flatten();
        [
            (Flag::Late, shifts.iter().any(|shift| shift.late_seconds > 0)),
            (Flag::LeftEarly, shifts.iter().any(|shift| shift.early_leave_seconds > 0)),
            (Flag::Excused, self.excuse().is_some()),
            (Flag::Unscheduled, sessions.iter().any(unscheduled)),
            (Flag::OutsideGeofence, punches().any(|punch| punch.outside_geofence)),
            (Flag::NoPhoto, punches().any(|punch| punch.photo_missing)),
            (Flag::ClockSkew, punches().any(Punch::has_clock_skew)),
            (Flag::AutoClockedOut, punches().any(|punch| punch.source == Source::Auto)),
            (Flag::Offline, !self.offline_punches().is_empty()),
            (Flag::NeedsReview, sessions.iter().any(|session| session.needs_review)),
            (Flag::Corrected, !self.edits().is_empty()),
            (Flag::BreaksTooLong, exceed_maximum(sessions, self.policy(), as_of)),
            (Flag::OnLeave, sessions.iter().any(worked_on_leave)),
            (Flag::OutsideWindow, sessions.iter().any(outside_window)),
            (Flag::OutsideEmployment, self.is_outside_employment() && !sessions.is_empty()),
        ]
        .into_iter()
        .filter_map(|(flag, is_raised)| is_raised.then_some(flag))
        .collect()
    }

    /// The person's presence and the instant since which it applies, according to this day.
    pub(super) fn whereabouts(&self) -> (PresenceKind, Option<Timestamp>) {
        let Some(session) = self.open_session() else { return (PresenceKind::Out, self.last_out()) };
        match session.open_break() {
            Some(pause) => (PresenceKind::OnBreak, Some(pause.started_at)),
            None => (PresenceKind::Working, Some(session.clock_in.at)),
        }
    }

    fn session_figures(&self, break_intervals: &[BreakInterval]) -> Vec<SessionFigures> {
        let figures = |(index, session): (usize, &Session)| {
            let own = || break_intervals.iter().filter(move |pause| pause.session == index);
            let unpaid: i64 = own().map(|pause| pause.unpaid.seconds()).sum();
            SessionFigures {
                id: session.id,
                worked_seconds: elapsed(session).map_or(0, |span| span.seconds() - unpaid),
                break_seconds: own().map(|pause| pause.whole.seconds()).sum(),
            }
        };
        self.sessions().iter().enumerate().map(figures).collect()
    }

    /// The breaks of closed sessions.
    pub(super) fn ended_with_their_session<'a>(
        &self,
        break_intervals: &'a [BreakInterval],
    ) -> impl Iterator<Item = &'a BreakInterval> {
        break_intervals
            .iter()
            .filter(|pause| self.sessions().get(pause.session).is_some_and(|session| !session.is_open()))
    }

    /// The time of the closed sessions.
    pub(super) fn closed_time(&self, break_intervals: &[BreakInterval]) -> ClosedTime {
        let ended = || self.ended_with_their_session(break_intervals);
        ClosedTime {
            elapsed: self.sessions().iter().filter_map(elapsed).map(Span::seconds).sum(),
            breaks: ended().map(|pause| pause.whole.seconds()).sum(),
            unpaid: ended().map(|pause| pause.unpaid.seconds()).sum(),
        }
    }

    /// Whether overtime counts only after a review: a clock-out is guessed, or the work is outside of the person's employments.
    pub fn withholds_overtime(&self) -> bool {
        let is_guessed = self.sessions().iter().any(|session| session.needs_review);
        is_guessed || self.outside_employment().is_some_and(|outside| !outside.counts_overtime())
    }

    fn time(&self, break_intervals: &[BreakInterval]) -> Time {
        let closed_time = self.closed_time(break_intervals);
        let auto_break: i64 = self.auto_breaks(&closed_time).iter().map(|auto_break| auto_break.seconds).sum();
        let worked = closed_time.elapsed - closed_time.unpaid - auto_break;
        let scheduled: i64 = self.shifts().iter().map(Shift::scheduled_seconds).sum();

        let beyond = (worked - self.before_shift_seconds(break_intervals) - scheduled).max(0);
        let too_little = beyond < 60 * self.policy().overtime.min_minutes.as_i64();
        let overtime = if too_little { 0 } else { beyond };
        let (overtime, withheld_overtime) = if self.withholds_overtime() { (0, overtime) } else { (overtime, 0) };
        Time { worked, auto_break, scheduled, overtime, withheld_overtime }
    }

    /// The work before the first shift that isn't overtime.
    pub(super) fn before_shift_seconds(&self, break_intervals: &[BreakInterval]) -> i64 {
        let Some(start) = self.first_expected_start().filter(|_| !self.policy().overtime.count_before_shift) else {
            return 0;
        };
        let before = Span { from: Timestamp::MIN, until: start };
        if self.sessions().iter().all(|session| start <= session.clock_in.at) {
            return 0;
        }
        match self.policy().break_counting {
            // Automatic breaks before the shift count as work, as in 0.1.0.
            BreakCounting::WithinShifts => {
                let closed = self.sessions().iter().filter_map(elapsed).map(|span| span.within(before));
                let unpaid = self.ended_with_their_session(break_intervals).map(|pause| pause.unpaid.within(before));
                closed.sum::<i64>() - unpaid.sum::<i64>()
            }
            BreakCounting::WholeDay => {
                let spans = self.worked_spans();
                spans.iter().map(|span| Span { from: span.from, until: span.until }.within(before)).sum()
            }
        }
    }
}

struct Time {
    worked: i64,
    auto_break: i64,
    scheduled: i64,
    overtime: i64,
    /// Overtime that would count if no time were guessed.
    withheld_overtime: i64,
}

/// The time from clock-in to clock-out of a closed session.
pub(super) fn elapsed(session: &Session) -> Option<Span> {
    session.clock_out.as_ref().map(|out| Span { from: session.clock_in.at, until: out.at })
}
