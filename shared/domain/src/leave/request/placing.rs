//! Approved leave in the schedule and on days that are over.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::{Extent, LeaveRequest};
use crate::{
    calendar::WorkDate,
    day::{Day, DayChange},
    holiday::Half,
    id::LeaveRequestId,
    schedule::{DayLeave, LeaveRef, LeaveTypeCode, Planner, ScheduleYear},
};

/// The changes of placing leave in the schedule.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Placed {
    /// The next versions of the schedule's years that change.
    pub years: BTreeMap<i16, ScheduleYear>,
    /// The requests whose leave gave way on some of the dates.
    pub interrupted: BTreeSet<LeaveRequestId>,
}

/// Returns the schedule's years with the leave on every date that it covers. This includes days off, so that the leave still
/// covers them when the roster changes. The leave replaces leave of the types that `yields` accepts. Other leave is in the way.
///
/// # Errors
///
/// The first date on which other leave is in the way.
pub fn place(
    years: &BTreeMap<i16, ScheduleYear>,
    extent: Extent<'_>,
    leave: &LeaveRef,
    yields: impl Fn(&LeaveTypeCode) -> bool,
) -> Result<Placed, WorkDate> {
    let mut placed = Placed::default();
    for date in extent.period.dates() {
        let year = placed.years.entry(date.year()).or_insert_with(|| next(years.get(&date.year())));
        let there = year.leave.entry(date).or_default();
        for (half, slot) in [(Half::Morning, &mut there.morning), (Half::Afternoon, &mut there.afternoon)] {
            if extent.covers(date, half)
                && let Some(other) = slot.replace(leave.clone())
                && other.request_id != leave.request_id
            {
                if !yields(&other.leave_type) {
                    return Err(date);
                }
                placed.interrupted.insert(other.request_id);
            }
        }
        if there.half_days() == 0 {
            year.leave.remove(&date);
        }
    }
    Ok(placed)
}

/// Puts leave that is no longer interrupted back into years that change anyway. It only uses halves that the leave covers and no
/// other leave has, after the date `after`.
pub(super) fn put_back(
    years: &BTreeMap<i16, ScheduleYear>,
    changed: &mut BTreeMap<i16, ScheduleYear>,
    extent: Extent<'_>,
    leave: &LeaveRef,
    after: Option<WorkDate>,
) {
    for date in extent.period.dates().filter(|date| after.is_none_or(|after| after < *date)) {
        if extent.half_days_on(date) == 0 {
            continue;
        }
        let year = changed.entry(date.year()).or_insert_with(|| next(years.get(&date.year())));
        let there = year.leave.entry(date).or_default();
        for (half, slot) in [(Half::Morning, &mut there.morning), (Half::Afternoon, &mut there.afternoon)] {
            if extent.covers(date, half) && slot.is_none() {
                *slot = Some(leave.clone());
            }
        }
    }
}

/// Returns the next versions of the schedule's years that change when a request's leave is removed after that date.
pub fn remove(
    years: &BTreeMap<i16, ScheduleYear>,
    request: &LeaveRequest,
    after: Option<WorkDate>,
) -> BTreeMap<i16, ScheduleYear> {
    let mut changed: BTreeMap<i16, ScheduleYear> = BTreeMap::new();
    for date in request.period.dates().filter(|date| after.is_none_or(|last| last < *date)) {
        let Some(before) = years.get(&date.year()) else { continue };
        let Some(leave) = before.leave.get(&date) else { continue };
        let left = leave.replacing(request.id, &DayLeave::default());
        if left != *leave {
            let year = changed.entry(date.year()).or_insert_with(|| next(Some(before)));
            if left.half_days() == 0 {
                year.leave.remove(&date);
            } else {
                year.leave.insert(date, left);
            }
        }
    }
    changed
}

fn next(before: Option<&ScheduleYear>) -> ScheduleYear {
    let year = before.cloned().unwrap_or_default();
    ScheduleYear { version: year.version + 1, ..year }
}

/// Returns the changes that a request's leave makes to stored days that are over. An absence becomes leave, and a half that the
/// leave covers has no lateness. `planner` has the schedule with the leave. Days that have the leave already don't change.
pub fn cover_past_days(
    days: &BTreeMap<WorkDate, Day>,
    planner: &Planner<'_>,
    request: &LeaveRequest,
    now: Timestamp,
) -> Vec<DayChange> {
    days.values()
        .filter(|day| request.period.start_date() <= day.date() && day.date() <= request.period.end_date())
        .filter(|day| day.is_frozen(now))
        .filter_map(|day| {
            let leave = planner.leave_on(day.date()).map(|leave| only(leave, request.id))?;
            let covered = day.with_leave(planner, &leave).with_time_off(planner);
            (covered != *day).then(|| DayChange::new(Some(day.clone()), covered, now))
        })
        .collect()
}

/// Returns the changes to stored days that are over when a request is cancelled afterwards. The covered work is expected again,
/// unless the schedule has other leave there. `planner` has the schedule without the request's leave.
pub fn uncover_past_days(
    days: &BTreeMap<WorkDate, Day>,
    planner: &Planner<'_>,
    request: &LeaveRequest,
    now: Timestamp,
) -> Vec<DayChange> {
    let frozen = days.values().filter(|day| day.is_frozen(now));
    let changed = frozen.filter_map(|day| Some((day, day.without_leave(planner, request.id)?.with_time_off(planner))));
    changed.map(|(day, after)| DayChange::new(Some(day.clone()), after, now)).collect()
}

/// Returns the halves of a date's leave that belong to a request.
fn only(leave: &DayLeave, id: LeaveRequestId) -> DayLeave {
    let own = |half: &Option<LeaveRef>| half.clone().filter(|there| there.request_id == id);
    DayLeave { morning: own(&leave.morning), afternoon: own(&leave.afternoon) }
}
