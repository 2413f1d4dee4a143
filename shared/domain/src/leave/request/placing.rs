//! Approved leave in the schedule, and on days that are over.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{LeavePeriod, LeaveRequest};
use crate::{
    calendar::WorkDate,
    day::{Day, DayChange},
    holiday::Half,
    id::LeaveRequestId,
    schedule::{DayLeave, LeaveRef, Planner, ScheduleYear},
};

/// The schedule's years with a leave on every date of its period, days off included, so that it still covers them when
/// the roster changes. Gives the years that change, in their next versions, or the first date on which other leave is in
/// the way.
pub fn place(
    years: &BTreeMap<i16, ScheduleYear>,
    period: &LeavePeriod,
    leave: &LeaveRef,
) -> Result<BTreeMap<i16, ScheduleYear>, WorkDate> {
    let mut after: BTreeMap<i16, ScheduleYear> = BTreeMap::new();
    for date in period.dates() {
        let year = after.entry(date.year()).or_insert_with(|| next(years.get(&date.year())));
        let there = year.leave.entry(date).or_default();
        for (half, slot) in [(Half::Morning, &mut there.morning), (Half::Afternoon, &mut there.afternoon)] {
            if period.covers(date, half)
                && let Some(other) = slot.replace(leave.clone())
                && other.request_id != leave.request_id
            {
                return Err(date);
            }
        }
    }
    Ok(after)
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
        let left = without(leave, request.id);
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

fn without(leave: &DayLeave, id: LeaveRequestId) -> DayLeave {
    let kept = |half: &Option<LeaveRef>| half.clone().filter(|there| there.request_id != id);
    DayLeave { morning: kept(&leave.morning), afternoon: kept(&leave.afternoon) }
}

fn next(before: Option<&ScheduleYear>) -> ScheduleYear {
    let year = before.cloned().unwrap_or_default();
    ScheduleYear { version: year.version + 1, ..year }
}

/// What leave changes on stored days that are over: an absence becomes leave, lateness in a half that it covers is none.
/// `before` and `after` are the schedule without and with it.
pub fn cover_past_days(
    days: &BTreeMap<WorkDate, Day>,
    before: &Planner<'_>,
    after: &Planner<'_>,
    request: &LeaveRequest,
    now: Timestamp,
) -> Vec<DayChange> {
    let leave = request.leave_ref();
    days.values()
        .filter(|day| day.is_frozen(now))
        .filter_map(|day| {
            let date = day.date();
            let on_date = request.period.on(date, &leave);
            if on_date.half_days() == 0 {
                return None;
            }
            let covered = day.with_leave(&before.assignment(date), &after.assignment(date), &on_date);
            (covered != *day).then(|| DayChange::new(Some(day.clone()), covered, now))
        })
        .collect()
}
