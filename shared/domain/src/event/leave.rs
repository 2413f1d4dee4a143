//! Facts about leave: requests, grants and balances.

use serde::{Deserialize, Serialize};

use crate::{calendar::WorkDate, correction::Decision, id::LeaveRequestId, schedule::LeaveTypeCode};

/// Facts about leave: requests, grants and balances.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum LeaveFact {
    /// Leave was granted for a leave year.
    LeaveGranted {
        /// The code of the leave type.
        #[serde(rename = "type")]
        leave_type: LeaveTypeCode,
        /// The calendar year in which the leave year begins.
        year: i16,
        /// The amount, in minutes of a leave day.
        minutes: i64,
    },
    /// Leave was carried over from the year before.
    LeaveCarriedOver {
        /// The code of the leave type.
        #[serde(rename = "type")]
        leave_type: LeaveTypeCode,
        /// The leave year that receives the leave.
        year: i16,
        /// The amount, in minutes of a leave day; negative for debt.
        minutes: i64,
    },
    /// Someone receives a notice that leave expires unless it is taken.
    LeaveExpiring {
        /// The code of the leave type.
        #[serde(rename = "type")]
        leave_type: LeaveTypeCode,
        /// The leave year in which the leave expires.
        year: i16,
        /// The amount, in minutes of a leave day.
        minutes: i64,
        /// The last date on which the leave may be taken.
        take_by: WorkDate,
    },
    /// Leave that wasn't taken in time expired.
    LeaveExpired {
        /// The code of the leave type.
        #[serde(rename = "type")]
        leave_type: LeaveTypeCode,
        /// The leave year in which the leave expired.
        year: i16,
        /// The amount, in minutes of a leave day.
        minutes: i64,
    },
    /// A balance was adjusted, by a manager or by the rules: a corrected grant, a recount or a reversed deduction.
    LeaveAdjusted {
        /// The code of the leave type.
        #[serde(rename = "type")]
        leave_type: LeaveTypeCode,
        /// The leave year.
        year: i16,
        /// The change, in minutes of a leave day.
        minutes: i64,
        /// The cause of the adjustment.
        cause: LeaveAdjustmentCause,
    },
    /// Someone requested leave.
    LeaveRequested {
        /// The id of the request.
        request_id: LeaveRequestId,
        /// The first date of the leave.
        start_date: WorkDate,
        /// The last date of the leave.
        end_date: WorkDate,
    },
    /// A pending request was changed by the person who made it.
    LeaveRequestChanged {
        /// The id of the request.
        request_id: LeaveRequestId,
        /// The first date of the leave.
        start_date: WorkDate,
        /// The last date of the leave.
        end_date: WorkDate,
    },
    /// A request was approved or rejected. Leave that a manager enters is approved at once.
    LeaveDecided {
        /// The id of the request.
        request_id: LeaveRequestId,
        /// The first date of the leave.
        start_date: WorkDate,
        /// The last date of the leave.
        end_date: WorkDate,
        /// The decision.
        decision: Decision,
    },
    /// Approved leave reaches so far back, or interrupts so much other leave, that `jobs` applies the rest.
    LeaveToApply {
        /// The id of the request.
        request_id: LeaveRequestId,
    },
    /// A request was withdrawn, or approved leave was cancelled or ended early.
    LeaveCancelled {
        /// The id of the request.
        request_id: LeaveRequestId,
        /// The first date of the leave.
        start_date: WorkDate,
        /// The last date of the leave after the change.
        end_date: WorkDate,
    },
    /// Leave was deducted for lateness.
    LateDeducted {
        /// The work date.
        date: WorkDate,
        /// The amount, in minutes of a leave day.
        minutes: i64,
    },
    /// A leave balance fell below the threshold.
    LeaveBalanceLow {
        /// The code of the leave type.
        #[serde(rename = "type")]
        leave_type: LeaveTypeCode,
        /// The leave year.
        year: i16,
        /// The remaining leave (available and pending), in minutes of a leave day.
        minutes: i64,
    },
}

/// The cause of an adjustment of a leave balance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LeaveAdjustmentCause {
    /// A manager adjusted the balance and gave a reason.
    Manager,
    /// The date of hiring changed, and the grant with it.
    HiringDate,
    /// A holiday or the roster changed during leave.
    Recount,
    /// A deduction for lateness was reversed.
    LateDeductionReversed,
    /// Other leave, such as sick leave, interrupted the leave, or no longer interrupts it.
    Interruption,
}
