//! The check of a day when one of its deadlines has passed. It finds people who haven't arrived, and shifts that ended.

use jiff::Timestamp;

use super::{AlertsSent, Day, DayChange, DayStatus, Figures, ShiftFigures, ShiftStatus};
use crate::{
    event::{DayFact, Fact, PunchFact},
    schedule::{Planner, Shift, later},
};

/// The result of the check of a day.
#[derive(Debug, Clone, PartialEq)]
pub struct Checked {
    /// The day with the sent alerts stored, so that a second run sends nothing.
    pub change: DayChange,
    /// The facts to announce, often none. If one shift of several was missed, only the day shows it.
    pub facts: Vec<Fact>,
}

impl Day {
    /// Checks the day's shifts at `now`, according to the current schedule. Returns `None` if no new alert is due and the day
    /// follows the schedule. If the schedule has changed, the day is updated here.
    ///
    /// - After a shift's start and grace period, if the person is out: `not_arrived`, while the shift lasts. After its end the
    ///   alert would be outdated.
    /// - After the end of a shift that the person didn't attend: `absent`, if it is the last shift and the day is absent.
    /// - After the end of a shift that the person left early: `left_early`, which is provisional until then.
    ///
    /// If a manager has already excused the lateness or absence, the alert is stored as sent but not sent.
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

/// The alert that is due for a shift.
enum Found<'a> {
    /// The grace period ended, and the person is still out.
    NotArrived(&'a Shift),
    /// The shift ended, and the person didn't attend it.
    Missed(&'a Shift),
    /// The shift ended, and the person left early.
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

/// Finds the alert that is due for a shift. The conditions are those of [`super::Deadline`]: each deadline that has passed gives
/// an alert, and an alert that was found is no longer a deadline.
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
        Found::NotArrived(shift) => Some(Fact::Day(DayFact::NotArrived { date, shift_id: shift.id.to_string() })),
        Found::Missed(_) => None,
        Found::LeftEarly(shift, own) => Some(Fact::Punch(PunchFact::LeftEarly {
            date,
            shift_id: shift.id.to_string(),
            early_leave_seconds: own.early_leave_seconds,
        })),
    });
    of_shifts.chain(is_absent.then_some(Fact::Day(DayFact::Absent { date }))).collect()
}
