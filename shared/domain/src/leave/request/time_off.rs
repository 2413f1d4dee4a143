//! Time off, which is taken from the time account by the hours that it takes from the schedule.

use super::{Extent, LeaveStatus, OpenLeave};
use crate::{
    calendar::WorkDate,
    id::LeaveRequestId,
    schedule::{LeaveRef, LeaveTypeCode, Planner},
};

/// Returns the scheduled seconds that time off takes on dates after `booked`, the last date that the time account has booked.
pub fn time_off_seconds(id: LeaveRequestId, extent: Extent<'_>, planner: &Planner<'_>, booked: WorkDate) -> i64 {
    let leave = LeaveRef { request_id: id, leave_type: LeaveTypeCode::time_off() };
    let dates = extent.period.dates().filter(|date| booked < *date);
    dates.map(|date| planner.leave_seconds(date, &extent.on(date, &leave))).sum()
}

/// Returns the seconds that a person's open requests reserve in the time account, except the given request: pending ones, and
/// approved ones whose dates aren't booked yet. A request that is rejected or cancelled is no longer open, so its time returns.
pub fn reserved_time_off(
    open: &OpenLeave,
    except: Option<LeaveRequestId>,
    planner: &Planner<'_>,
    booked: WorkDate,
) -> i64 {
    let time_off = LeaveTypeCode::time_off();
    let reserves = |status: LeaveStatus| match status {
        LeaveStatus::Pending | LeaveStatus::Approved => true,
        LeaveStatus::Rejected | LeaveStatus::Cancelled => false,
    };
    open.entries()
        .iter()
        .filter(|entry| entry.leave_type == time_off && Some(entry.id) != except && reserves(entry.status))
        .map(|entry| time_off_seconds(entry.id, Extent::from(entry.period), planner, booked))
        .sum()
}
