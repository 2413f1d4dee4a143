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
    #[serde(rename = "type")]
    leave_type: LeaveTypeCode,
    /// The calendar year in which the leave year begins.
    year: i16,
    /// Its first date.
    from: WorkDate,
    /// Its last date.
    to: WorkDate,
    /// Granted.
    granted_days: LeaveDays,
    /// Come from the year before, less what went into the next.
    carried_days: LeaveDays,
    /// Approved leave, taken or to come.
    used_days: LeaveDays,
    /// Asked for.
    pending_days: LeaveDays,
    /// What lateness cost.
    deducted_days: LeaveDays,
    /// Added by managers, less what they took away.
    adjusted_days: LeaveDays,
    /// Not taken in time.
    expired_days: LeaveDays,
    /// What may still be taken; debt is negative.
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
