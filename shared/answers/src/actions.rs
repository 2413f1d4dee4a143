//! The actions that a caller may take on an item, as responses list them. `web::allowed` has the conditions.

use serde::Serialize;
use utoipa::ToSchema;

/// An action on a leave request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LeaveRequestAction {
    /// `POST /leave/requests/{id}/decision` with `approved`.
    Approve,
    /// `POST /leave/requests/{id}/decision` with `rejected`.
    Reject,
    /// `PUT /leave/requests/{id}`.
    Change,
    /// `DELETE /leave/requests/{id}`. On the last day of the leave, the request may still be refused after that day has begun.
    Cancel,
}

/// An action on a correction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CorrectionAction {
    /// `POST /corrections/{id}/decision` with `approved`.
    Approve,
    /// `POST /corrections/{id}/decision` with `rejected`.
    Reject,
    /// `DELETE /corrections/{id}`.
    Withdraw,
}

/// An action on a swap.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SwapAction {
    /// `POST /roster/swaps/{id}/decision` with `accepted`.
    Accept,
    /// `POST /roster/swaps/{id}/decision` with `declined`.
    Decline,
    /// `POST /roster/swaps/{id}/decision` with `approved`.
    Approve,
    /// `POST /roster/swaps/{id}/decision` with `rejected`.
    Reject,
    /// `DELETE /roster/swaps/{id}`.
    Withdraw,
}

/// An action on a timesheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TimesheetAction {
    /// `POST /pay/periods/{id}/timesheets/{user_id}/submit`.
    Submit,
    /// `POST /pay/periods/{id}/timesheets/{user_id}/approve`.
    Approve,
    /// `POST /pay/periods/{id}/timesheets/{user_id}/reject`.
    Reject,
}

/// An action on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DayAction {
    /// `PUT /attendance/{user_id}/{date}`.
    Edit,
    /// `POST /attendance/{user_id}/{date}/excuse`.
    Excuse,
    /// `POST /attendance/{user_id}/{date}/acknowledgement` with `acknowledged`.
    Acknowledge,
    /// `POST /attendance/{user_id}/{date}/acknowledgement` with `rejected`.
    Reject,
    /// `POST /attendance/{user_id}/{date}/corrections`.
    RequestCorrection,
}

/// An action on a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum UserAction {
    /// `PUT` and `PATCH /users/{id}`, without role and scope.
    Change,
    /// `PATCH /users/{id}` with `role`, `manages` and `manages_all`.
    ChangeRole,
    /// `PATCH /users/{id}` with the status `active`.
    Activate,
    /// `DELETE /users/{id}`.
    Disable,
    /// `POST /users/{id}/password-reset`.
    ResetPassword,
    /// `PUT /users/{id}/pin`.
    SetPin,
    /// `PUT` and `DELETE /users/{id}/badge`.
    SetBadge,
    /// `PUT /roster/{user_id}` and its dates.
    PlanRoster,
    /// `PUT /attendance/{user_id}/{date}`.
    EditDays,
    /// `POST /leave/requests` with their `user_id`.
    EnterLeave,
    /// `POST /leave/balances/{user_id}/adjustments`.
    AdjustLeave,
}
