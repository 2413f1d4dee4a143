//! `PUT /leave/requests/{id}`

use app::leave::requests;
use axum::extract::{Path, State};
use domain::{
    calendar::WorkDate,
    id::LeaveRequestId,
    leave::request::{EndHalf, LeaveDraft, LeavePeriod, StartHalf},
    schedule::LeaveTypeCode,
    text::Reason,
};
use serde::Deserialize;
use utoipa::ToSchema;
use web::{
    Answer, App, Body, Caller, IfMatch, Problem, RequestId,
    answers::LeaveRequestAnswer,
    parameter,
    use_case::{changed, execute},
};

/// The whole request after the change; absent fields are reset.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "type": "annual",
    "start_date": "2026-11-23",
    "end_date": "2026-11-24",
    "reason": "A wedding"
}))]
pub(crate) struct ChangeLeaveRequest {
    /// The code of the leave type.
    #[serde(rename = "type", default = "LeaveTypeCode::annual")]
    #[schema(value_type = Option<String>, pattern = "^[a-z0-9_]{1,32}$", default = "annual")]
    leave_type: LeaveTypeCode,
    /// The first date of the leave.
    start_date: WorkDate,
    /// The last date of the leave.
    end_date: WorkDate,
    /// `afternoon` if the leave begins at noon of the first date.
    start_half: Option<StartHalf>,
    /// `morning` if the leave ends at noon of the last date.
    end_half: Option<EndHalf>,
    /// The person's reason for the leave.
    #[schema(value_type = Option<String>, min_length = 1, max_length = 500)]
    reason: Option<Reason>,
}

/// Change a leave request
///
/// Replaces one of the caller's own requests, as long as it is pending.
#[utoipa::path(
    put,
    path = "/leave/requests/{id}",
    operation_id = "updateLeaveRequest",
    tag = "leave",
    params(
        ("id" = String, Path, description = "The id of the request"),
        ("If-Match" = Option<String>, Header, description = "The `ETag` of the version that the change is based on")
    ),
    request_body = ChangeLeaveRequest,
    responses(
        (status = 200, description = "The request", body = LeaveRequestAnswer, headers(("ETag" = String, description = "The version"))),
        (status = 403, description = "`forbidden`: it belongs to another person"),
        (status = 409, description = "`already_decided`; `insufficient_balance`; `no_time_account`; `time_account_too_low`; `overlaps`; `day_worked`"),
        (status = 422, description = "`no_working_days`; `in_the_past`; invalid values, each with its path")
    )
)]
pub(crate) async fn change(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    if_match: IfMatch,
    request_id: RequestId,
    Body { value, hash: _ }: Body<ChangeLeaveRequest>,
) -> Result<Answer, Problem> {
    let id: LeaveRequestId = parameter::id(&id)?;
    let period = LeavePeriod::new(value.start_date, value.end_date, value.start_half, value.end_half)?;
    let draft = LeaveDraft { leave_type: value.leave_type, period, reason: value.reason };
    let (request, versions) = (app.request(&caller, &request_id, None), if_match.versions());
    execute(&request, changed, || requests::change(&request, id, &versions, &draft)).await
}
