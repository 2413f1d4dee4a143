//! `POST /pay/periods/{id}/close`

use app::pay::periods;
use axum::extract::{Path, State};
use domain::{distinct::Distinct, id::UserId};
use serde::Deserialize;
use store::pay::periods::PayPeriodRecord;
use utoipa::ToSchema;
use web::{Answer, App, Body, Caller, Problem, Repeat, RequestId, parameter, use_case::execute};

use super::{PayPeriodAnswer, company_zone, work_began};

/// The people who follow later.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"leave_out": []}))]
pub(crate) struct ClosePayPeriod {
    /// The people whose timesheets aren't closed now, each once. Close the period again when they are approved.
    #[serde(default)]
    #[schema(value_type = BTreeSet<UserId>, max_items = 500)]
    leave_out: Distinct<UserId>,
}

/// Close a pay period
///
/// For admins only. All timesheets of the period must be approved, except those of the people in `leave_out`. Otherwise the
/// request fails with `period_blocked`, and `blocked_timesheets` lists the people with what blocks them. A job then closes the timesheets: first no day can change any
/// more, then each timesheet is compared with its days and closed. A timesheet whose figures have changed since its approval, or
/// that something blocks, is left out.
#[utoipa::path(
    post,
    path = "/pay/periods/{id}/close",
    operation_id = "closePayPeriod",
    tag = "pay",
    params(
        ("id" = String, Path, description = "The id of the pay period", example = "2026-11-01..2026-11-30"),
        ("Idempotency-Key" = Option<String>, Header, description = "Names the request, so that a repeat gets its answer")
    ),
    request_body = ClosePayPeriod,
    responses(
        (status = 202, description = "The period, which is being closed", body = PayPeriodAnswer,
            headers(("ETag" = String, description = "The version"))),
        (status = 409, description = "`period_blocked`, with `blocked_timesheets`; `period_not_over`; `period_closed`; `pay_period_not_set`")
    )
)]
pub(crate) async fn close(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    request_id: RequestId,
    repeat: Repeat,
    Body { value, hash }: Body<ClosePayPeriod>,
) -> Result<Answer, Problem> {
    let id = parameter::id_for_admin(&id, &caller)?;
    let key = repeat.key(caller.user_id, &hash);
    let request = app.request(&caller, &request_id, key.as_ref());
    let zone = company_zone(&app).await?;
    let began = |period: &PayPeriodRecord, version: u64| work_began(period, &zone, version);
    execute(&request, began, || periods::close(&request, id, &value.leave_out)).await
}
