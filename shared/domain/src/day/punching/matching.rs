//! The matching of a clock-in to a shift.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::ClockInRefusal;
use crate::{
    calendar::WorkDate,
    day::{ClockInFlag, Day},
    schedule::{DayKind, Shift, ShiftId, Window, seconds_between},
    settings::{ClockInOnLeave, OutsideWindow, Settings},
};

/// The work date and the shift of a clock-in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Matched {
    /// The work date.
    pub(super) date: WorkDate,
    /// The matched shift; `None` for unscheduled work.
    pub(super) shift_id: Option<ShiftId>,
    /// Whether the clock-in begins a shift that the person hasn't attended yet.
    pub(super) begins_shift: bool,
    /// The reason why the clock-in is flagged; `None` if it isn't.
    pub(super) flag: Option<ClockInFlag>,
}

/// Finds the shift among the days of yesterday, today and tomorrow.
///
/// Unattended shifts whose window includes the instant have priority. Of several, the nearest start wins, and a tie goes to the
/// earlier shift. Next is an attended shift that still lasts, regardless of its window: the person returns from lunch, or to the
/// night shift after midnight, and the clock-in belongs to that shift's date. Otherwise the work is unscheduled, on the local
/// date.
pub(super) fn matched(
    days: &BTreeMap<WorkDate, Day>,
    today: WorkDate,
    at: Timestamp,
    settings: &Settings,
) -> Result<Matched, ClockInRefusal> {
    let all = || days.values().flat_map(|day| day.shifts().iter().map(move |shift| (day, shift)));
    let in_window = |(day, shift): &(&Day, &Shift)| day.policy().window(shift).holds(at);
    let nearest = |candidates: &mut dyn Iterator<Item = (_, _)>| {
        candidates.min_by_key(|(_, shift): &(&Day, &Shift)| (seconds_between(shift.start_at, at).abs(), shift.start_at))
    };
    let to = |begins_shift, (day, shift): (&Day, &Shift)| Matched {
        date: day.date(),
        shift_id: Some(shift.id),
        begins_shift,
        flag: None,
    };

    let is_expected = |(day, shift): &(&Day, &Shift)| !shift.on_leave && !is_attended(day, shift, at);
    if let Some(found) = nearest(&mut all().filter(is_expected).filter(in_window)) {
        return Ok(to(true, found));
    }
    let is_running = |shift: &Shift| !shift.on_leave && shift.holds(at);
    let mut attended = all().filter(|(day, shift)| is_running(shift) && is_attended(day, shift, at));
    if let Some(found) = nearest(&mut attended) {
        return Ok(to(false, found));
    }

    let mut on_leave = all().filter(|(_, shift)| shift.on_leave).filter(in_window);
    let leave_date = nearest(&mut on_leave).map(|(day, _)| day.date());
    let is_off_today = days.get(&today).is_some_and(|day| day.kind() == DayKind::Leave);
    if let Some(date) = leave_date.or(is_off_today.then_some(today)) {
        return match settings.clock_in_on_leave {
            ClockInOnLeave::Refuse => Err(ClockInRefusal::OnLeave),
            ClockInOnLeave::Flag => {
                Ok(Matched { date, shift_id: None, begins_shift: false, flag: Some(ClockInFlag::OnLeave) })
            }
        };
    }

    if let Some(matched) = outside_window(days, today, at) {
        return match settings.clock_in_window.outside {
            OutsideWindow::Refuse => Err(ClockInRefusal::OutsideWindow { windows: windows_around(days, today, at) }),
            OutsideWindow::Flag => Ok(matched),
        };
    }
    if settings.allow_unscheduled {
        Ok(Matched { date: today, shift_id: None, begins_shift: false, flag: None })
    } else {
        Err(ClockInRefusal::NotScheduled)
    }
}

/// The shift with the nearest start, among today's shifts that aren't over and running shifts. A late clock-in during a running
/// shift begins the shift. A clock-in before a shift doesn't, so that it closes no open session.
fn outside_window(days: &BTreeMap<WorkDate, Day>, today: WorkDate, at: Timestamp) -> Option<Matched> {
    let all = days.values().flat_map(|day| day.shifts().iter().map(move |shift| (day.date(), shift)));
    let to_come =
        all.filter(|(date, shift)| !shift.on_leave && at < shift.end_at && (*date == today || shift.start_at <= at));
    let (date, shift) = to_come.min_by_key(|(_, shift)| (seconds_between(shift.start_at, at).abs(), shift.start_at))?;
    Some(Matched {
        date,
        shift_id: Some(shift.id),
        begins_shift: shift.start_at <= at,
        flag: Some(ClockInFlag::OutsideWindow),
    })
}

/// The windows of today's shifts and of running shifts, in order.
fn windows_around(days: &BTreeMap<WorkDate, Day>, today: WorkDate, at: Timestamp) -> Vec<Window> {
    let all = days.values().flat_map(|day| day.shifts().iter().map(move |shift| (day, shift)));
    let around = all.filter(|(day, shift)| !shift.on_leave && (day.date() == today || shift.holds(at)));
    let windows: BTreeSet<Window> = around.map(|(day, shift)| day.policy().window(shift)).collect();
    windows.into_iter().collect()
}

/// Whether a session of the day overlaps the shift.
pub(super) fn is_attended(day: &Day, shift: &Shift, at: Timestamp) -> bool {
    day.sessions().iter().any(|session| session.attends(shift, at, day.policy()))
}
