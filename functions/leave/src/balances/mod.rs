//! What people have of leave, and the ledger behind it.

pub(crate) mod adjust;
pub(crate) mod ledger;
pub(crate) mod read;

use domain::{
    calendar::WorkDate,
    leave::{Balance, LeaveDayLength, LeaveDays},
    schedule::LeaveTypeCode,
};
use serde::Serialize;
use utoipa::ToSchema;

/// What a person has of a type of leave in a leave year.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BalanceAnswer {
    /// The code of the leave type.
    #[serde(rename = "type")]
    leave_type: LeaveTypeCode,
    /// The calendar year in which the leave year begins.
    year: i16,
    /// The first date of the leave year.
    from: WorkDate,
    /// The last date of the leave year.
    to: WorkDate,
    /// The days granted.
    granted_days: LeaveDays,
    /// The days carried over from the year before, less those carried into the next.
    carried_days: LeaveDays,
    /// The days of approved leave, past and future.
    used_days: LeaveDays,
    /// The days of requests that wait for a decision.
    pending_days: LeaveDays,
    /// The days deducted for lateness.
    deducted_days: LeaveDays,
    /// The days that managers added, less those that they took away.
    adjusted_days: LeaveDays,
    /// The days that expired.
    expired_days: LeaveDays,
    /// The days that may still be taken; negative where more was taken than granted.
    available_days: LeaveDays,
}

impl BalanceAnswer {
    /// The balance in days.
    fn new(balance: &Balance, day: LeaveDayLength) -> Self {
        let days = balance.figures.in_days(day);
        Self {
            leave_type: balance.leave_type.clone(),
            year: balance.year.year,
            from: balance.year.from,
            to: balance.year.to,
            granted_days: days.granted,
            carried_days: days.carried,
            used_days: days.used,
            pending_days: days.pending,
            deducted_days: days.deducted,
            adjusted_days: days.adjusted,
            expired_days: days.expired,
            available_days: days.available,
        }
    }
}
