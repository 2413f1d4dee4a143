//! `POST /pay/accounts/{user_id}/adjustments` and `POST /pay/accounts/{user_id}/payouts`

use app::pay::accounts;
use axum::extract::{Path, State};
use domain::{pay::PayCode, text::Reason};
use http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;
use web::{
    Answer, App, Body, Caller, Problem, Repeat, RequestId, answers::TimeAccountAnswer, parameter, use_case::execute,
};

/// An adjustment of a time account.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"seconds": 7200, "reason": "Opening balance from the old system"}))]
pub(crate) struct AdjustAccount {
    /// The seconds to add, at most 10,000,000, and not 0. A negative number takes time.
    #[schema(minimum = -10_000_000, maximum = 10_000_000, example = 7200)]
    seconds: i64,
    /// The reason for the adjustment; the ledger shows it.
    #[schema(value_type = String, min_length = 1, max_length = 500, example = "Opening balance from the old system")]
    reason: Reason,
}

/// A payout of time.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"seconds": 3600, "code": "overtime"}))]
pub(crate) struct PayOut {
    /// The seconds to pay, 1 to 10,000,000.
    #[schema(minimum = 1, maximum = 10_000_000, example = 3600)]
    seconds: i64,
    /// The pay code under which the time is paid: an active code of the kind `overtime`.
    code: PayCode,
}

/// Adjust a time account
///
/// Adds time to a person's account, or takes it. The ledger keeps the reason. The balance may fall below the minimum. For
/// managers, and never for the caller's own account.
#[utoipa::path(
    post,
    path = "/pay/accounts/{user_id}/adjustments",
    operation_id = "adjustTimeAccount",
    tag = "pay",
    params(
        ("user_id" = String, Path, description = "The id of the person"),
        ("Idempotency-Key" = Option<String>, Header, description = "Names the request, so that a repeat gets its answer")
    ),
    request_body = AdjustAccount,
    responses(
        (status = 201, description = "The account afterwards", body = TimeAccountAnswer),
        (status = 403, description = "`forbidden`; `own_record`"),
        (status = 409, description = "`no_time_account`")
    )
)]
pub(crate) async fn adjust(
    State(app): State<App>,
    caller: Caller,
    Path(user): Path<String>,
    request_id: RequestId,
    repeat: Repeat,
    Body { value, hash }: Body<AdjustAccount>,
) -> Result<Answer, Problem> {
    let user = parameter::user(&user, &caller)?;
    let key = repeat.key(caller.user_id, &hash);
    let request = app.request(&caller, &request_id, key.as_ref());
    let AdjustAccount { seconds, reason } = value;
    execute(&request, entered, || accounts::adjust(&request, user, seconds, &reason)).await
}

/// Pay out time
///
/// Takes time from a person's account, to be paid under a pay code in the pay period of the present date. It is refused if it
/// would take the account below its minimum, unless the company's rules only warn. For managers, and never for the caller's own
/// account.
#[utoipa::path(
    post,
    path = "/pay/accounts/{user_id}/payouts",
    operation_id = "payOutTime",
    tag = "pay",
    params(
        ("user_id" = String, Path, description = "The id of the person"),
        ("Idempotency-Key" = Option<String>, Header, description = "Names the request, so that a repeat gets its answer")
    ),
    request_body = PayOut,
    responses(
        (status = 201, description = "The account afterwards", body = TimeAccountAnswer),
        (status = 403, description = "`forbidden`; `own_record`"),
        (status = 409, description = "`no_time_account`; `time_account_too_low`")
    )
)]
pub(crate) async fn pay_out(
    State(app): State<App>,
    caller: Caller,
    Path(user): Path<String>,
    request_id: RequestId,
    repeat: Repeat,
    Body { value, hash }: Body<PayOut>,
) -> Result<Answer, Problem> {
    let user = parameter::user(&user, &caller)?;
    let key = repeat.key(caller.user_id, &hash);
    let request = app.request(&caller, &request_id, key.as_ref());
    let PayOut { seconds, code } = value;
    execute(&request, entered, || accounts::pay_out(&request, user, seconds, &code)).await
}

/// Returns a 201 response with an account that has a new entry.
fn entered(account: &TimeAccountAnswer, _: u64) -> Result<Answer, Problem> {
    Answer::json(StatusCode::CREATED, account)
}
