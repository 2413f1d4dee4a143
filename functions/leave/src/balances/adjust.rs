//! `POST /leave/balances/{user_id}/adjustments`

use app::leave::balances::{self, Adjustment, Amount};
use axum::extract::{Path, State};
use domain::{leave::LeaveDays, schedule::LeaveTypeCode, text::Reason};
use http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;
use web::{
    Answer, App, Body, Caller, Problem, Repeat, RequestId, answers::BalanceAnswer, parameter, use_case::execute,
};

/// An adjustment of a leave balance.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"type": "annual", "days": 1.5, "reason": "Worked through the stocktaking"}))]
pub(crate) struct Adjust {
    /// The code of a leave type with a balance.
    #[serde(rename = "type")]
    leave_type: LeaveTypeCode,
    /// The number of days to add: at most 366, with at most two decimals, and not 0. A negative number removes days.
    days: LeaveDays,
    /// The reason for the adjustment; the ledger shows it.
    #[schema(value_type = String, min_length = 1, max_length = 500, example = "Worked through the stocktaking")]
    reason: Reason,
}

/// Adjust a balance
///
/// Adds days to a person's balance of the current leave year, or removes them. The ledger keeps the reason. The balance may
/// become negative. For managers, and never for the caller's own balance.
#[utoipa::path(
    post,
    path = "/leave/balances/{user_id}/adjustments",
    operation_id = "adjustLeaveBalance",
    tag = "leave",
    params(
        ("user_id" = String, Path, description = "The id of the person"),
        ("Idempotency-Key" = Option<String>, Header, description = "Names the request, so that a repeat gets its answer")
    ),
    request_body = Adjust,
    responses(
        (status = 201, description = "The balance afterwards", body = BalanceAnswer),
        (status = 403, description = "`forbidden`; `own_record`"),
        (status = 422, description = "A type that isn't counted; no days")
    )
)]
pub(crate) async fn adjust(
    State(app): State<App>,
    caller: Caller,
    Path(user): Path<String>,
    request_id: RequestId,
    repeat: Repeat,
    Body { value, hash }: Body<Adjust>,
) -> Result<Answer, Problem> {
    let user = parameter::user(&user, &caller)?;
    let key = repeat.key(caller.user_id, &hash);
    let Adjust { leave_type, days, reason } = value;
    let adjustment = Adjustment { user, leave_type, amount: Amount::Add(days), reason };
    let request = app.request(&caller, &request_id, key.as_ref());
    let adjusted = |balance: &BalanceAnswer, _: u64| Answer::json(StatusCode::CREATED, balance);
    execute(&request, adjusted, || balances::adjust(&request, &adjustment)).await
}
