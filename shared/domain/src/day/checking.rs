//! What the clockwork finds when a deadline of a day has come: people who haven't arrived, shifts that ended.

use jiff::Timestamp;

use super::{AlertsSent, Day, DayChange, DayStatus, Figures, ShiftFigures, ShiftStatus};
use crate::{
    event::Fact,
    schedule::{Planner, Shift, later},
};

/// What a look at a day changes.
#[derive(Debug, Clone, PartialEq)]
pub struct Checked {
    /// The day with what was told noted, so that a second look tells nothing.
    pub change: DayChange,
    /// What is told. Often nothing: that a shift was missed on a day with another shift is seen on the day alone.
    pub facts: Vec<Fact>,
}

impl Day {
    /// Looks at the day's shifts at `now`, as the schedule has them now. None where nothing came due that
    /// wasn't told, and the day is as the schedule has it: what is due by a schedule that changed since is set right here.
    ///
    /// - Out after a shift's start and grace: `not_arrived`, as long as the shift lasts; later it would be stale news.
    /// - A shift's end, nobody having attended it: on the last one that leaves the day absent `absent`.
    /// - A shift's end, left early: `left_early`, provisional until then.
    ///
    /// What a manager has excused already is noted and not told.
    pub fn checked(&self, planner: &Planner<'_>, now: Timestamp) -> Option<Checked> {
        let day = self.refreshed(planner, now);
        let figures = day.figures(now);
        let found: Vec<Found> =
            day.shifts().iter().zip(&figures.shifts).filter_map(|(shift, own)| found(&day, shift, own, now)).collect();
        if found.is_empty() && day == *self {
            return None;
        }
        let told = found.iter().fold(day.told().clone(), |told, found| found.noted(told));
        let facts = if day.excuse().is_some() { Vec::new() } else { facts(&day, &figures, &found) };
        Some(Checked { change: DayChange::new(Some(self.clone()), day.noting(told), now), facts })
    }
}

/// What came due about a shift.
enum Found<'a> {
    /// Its grace period ended, and its person is still out.
    NotArrived(&'a Shift),
    /// It ended, and nobody attended it.
    Missed(&'a Shift),
    /// It ended, and was left early.
    LeftEarly(&'a Shift, &'a ShiftFigures),
}

impl Found<'_> {
    fn noted(&self, mut told: AlertsSent) -> AlertsSent {
        match self {
            Self::NotArrived(shift) => told.not_arrived.insert(shift.id),
            Self::Missed(shift) | Self::LeftEarly(shift, _) => told.ended.insert(shift.id),
        };
        told
    }
}

/// The same conditions as those of [`super::Deadline`]: what is due is found, and what was found isn't due any more.
fn found<'a>(day: &Day, shift: &'a Shift, figures: &'a ShiftFigures, now: Timestamp) -> Option<Found<'a>> {
    let open = day.open_session();
    if shift.end_at <= now {
        let is_in = open.is_some_and(|session| session.clock_in.at < shift.end_at);
        return match figures.status {
            _ if is_in || day.told().ended.contains(&shift.id) => None,
            ShiftStatus::Expected | ShiftStatus::Missed => Some(Found::Missed(shift)),
            ShiftStatus::Attended => (figures.early_leave_seconds > 0).then_some(Found::LeftEarly(shift, figures)),
            ShiftStatus::OnLeave => None,
        };
    }
    let late_from = later(shift.start_at, 60 * day.policy().late_grace_minutes.as_i64());
    match figures.status {
        ShiftStatus::Expected | ShiftStatus::Missed => {
            (late_from <= now && open.is_none() && !day.told().not_arrived.contains(&shift.id))
                .then_some(Found::NotArrived(shift))
        }
        ShiftStatus::Attended | ShiftStatus::OnLeave => None,
    }
}

fn facts(day: &Day, figures: &Figures, found: &[Found<'_>]) -> Vec<Fact> {
    let date = day.date();
    let is_absent = figures.status == DayStatus::Absent && found.iter().any(|it| matches!(it, Found::Missed(_)));
    let of_shifts = found.iter().filter_map(|found| match found {
        Found::NotArrived(shift) => Some(Fact::NotArrived { date, shift_id: shift.id.to_string() }),
        Found::Missed(_) => None,
        Found::LeftEarly(shift, own) => {
            Some(Fact::LeftEarly { date, shift_id: shift.id.to_string(), early_leave_seconds: own.early_leave_seconds })
        }
    });
    of_shifts.chain(is_absent.then_some(Fact::Absent { date })).collect()
}
