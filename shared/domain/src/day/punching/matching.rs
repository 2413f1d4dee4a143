//! Which shift a clock-in belongs to.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::ClockInRefusal;
use crate::{
    calendar::WorkDate,
    day::Day,
    schedule::{DayKind, Shift, ShiftId, Window, seconds_between},
    settings::{ClockInOnLeave, Settings},
};

/// Where a clock-in belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Matched {
    /// The work date.
    pub(super) date: WorkDate,
    /// The shift it was matched to; none for unscheduled work.
    pub(super) shift_id: Option<ShiftId>,
    /// Whether it begins a shift that nobody attended yet.
    pub(super) begins_shift: bool,
}

/// Finds the shift among the days of yesterday, today and tomorrow.
///
/// The unattended shifts whose window holds the instant come first, the nearest start winning and a tie going to the
/// earlier. Then a shift that was attended already and still lasts: someone comes back from lunch, or to the night shift
/// after midnight, and belongs to that shift's date. Else the work is unscheduled, on the local date.
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
    };

    let mut expected = all().filter(|(_, shift)| !shift.on_leave).filter(in_window);
    if let Some(found) = nearest(&mut expected.by_ref().filter(|(day, shift)| !is_attended(day, shift, at))) {
        return Ok(to(true, found));
    }
    let mut lasting = all().filter(|(_, shift)| !shift.on_leave && shift.holds(at)).filter(in_window);
    if let Some(found) = nearest(&mut lasting) {
        return Ok(to(false, found));
    }

    let mut on_leave = all().filter(|(_, shift)| shift.on_leave).filter(in_window);
    let leave_date = nearest(&mut on_leave).map(|(day, _)| day.date());
    let is_off_today = days.get(&today).is_some_and(|day| day.kind() == DayKind::Leave);
    if let Some(date) = leave_date.or(is_off_today.then_some(today)) {
        return match settings.clock_in_on_leave {
            ClockInOnLeave::Refuse => Err(ClockInRefusal::OnLeave),
            ClockInOnLeave::Flag => Ok(Matched { date, shift_id: None, begins_shift: false }),
        };
    }

    let of_today = |day: &Day| day.date() == today && day.shifts().iter().any(|s| !s.on_leave && at < s.end_at);
    let mut windows: Vec<Window> = all()
        .filter(|(day, shift)| !shift.on_leave && (of_today(day) || shift.holds(at)))
        .map(|(day, shift)| day.policy().window(shift))
        .collect();
    if !windows.is_empty() {
        windows.sort_unstable();
        windows.dedup();
        return Err(ClockInRefusal::OutsideWindow { windows });
    }
    if settings.allow_unscheduled {
        Ok(Matched { date: today, shift_id: None, begins_shift: false })
    } else {
        Err(ClockInRefusal::NotScheduled)
    }
}

/// Whether a session of the day overlaps the shift.
pub(super) fn is_attended(day: &Day, shift: &Shift, at: Timestamp) -> bool {
    day.sessions().iter().any(|session| session.attends(shift, at, day.policy()))
}
