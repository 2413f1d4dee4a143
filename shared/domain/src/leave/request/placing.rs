//! Approved leave in the schedule, and on days that are over.

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

/// What placing leave in the schedule changes.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Placed {
    /// The schedule's years that change, in their next versions.
    pub years: BTreeMap<i16, ScheduleYear>,
    /// The requests whose leave had to yield on some of the dates.
    pub interrupted: BTreeSet<LeaveRequestId>,
}

/// The schedule's years with a leave on every date that it covers, days off included, so that it still covers them when
/// the roster changes. It takes the place of leave of the types that `yields` names; other leave is in the way.
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

/// Puts a leave on the halves that it covers and nothing else has, after the date `after`, into years that change anyway:
/// leave that was interrupted goes on.
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

/// The schedule's years without a request's leave after that date; those that change, in their next versions.
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

/// What the leave of a request changes on stored days that are over: an absence becomes leave, lateness in a half that it
/// covers is none. `planner` has the schedule with it; days that have it already stay as they are.
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
            let covered = day.with_leave(planner, &leave);
            (covered != *day).then(|| DayChange::new(Some(day.clone()), covered, now))
        })
        .collect()
}

/// What a request that was cancelled afterwards changes on stored days that are over: what it covered is expected again, unless
/// the schedule, which `planner` has without it, has other leave there.
pub fn uncover_past_days(
    days: &BTreeMap<WorkDate, Day>,
    planner: &Planner<'_>,
    request: &LeaveRequest,
    now: Timestamp,
) -> Vec<DayChange> {
    let frozen = days.values().filter(|day| day.is_frozen(now));
    let changed = frozen.filter_map(|day| Some((day, day.without_leave(planner, request.id)?)));
    changed.map(|(day, after)| DayChange::new(Some(day.clone()), after, now)).collect()
}

/// The halves of a date's leave that are a request's.
fn only(leave: &DayLeave, id: LeaveRequestId) -> DayLeave {
    let own = |half: &Option<LeaveRef>| half.clone().filter(|there| there.request_id == id);
    DayLeave { morning: own(&leave.morning), afternoon: own(&leave.afternoon) }
}
