//! `POST /pay/periods/{id}/reopen`

use app::pay::periods;
use axum::extract::{Path, State};
use domain::text::Reason;
use serde::Deserialize;
use store::pay::periods::PayPeriodRecord;
use utoipa::ToSchema;
use web::{Answer, App, Body, Caller, Problem, Repeat, RequestId, parameter, use_case::execute};

use super::{PayPeriodAnswer, company_zone, work_began};

/// The reason for opening a closed period.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"reason": "The night shifts of week 41 were missing"}))]
pub(crate) struct ReopenPayPeriod {
    /// The reason.
    #[schema(value_type = String, min_length = 1, max_length = 500)]
    reason: Reason,
}

/// Reopen a pay period
///
/// For admins only. Opens the last closed period again: its timesheets are approved as before the close, and those whose days have
/// changed since lose their signatures. A job opens the timesheets. If a later period is closed, reopen that one first.
#[utoipa::path(
    post,
    path = "/pay/periods/{id}/reopen",
    operation_id = "reopenPayPeriod",
    tag = "pay",
    params(
        ("id" = String, Path, description = "The id of the pay period", example = "2026-11-01..2026-11-30"),
        ("Idempotency-Key" = Option<String>, Header, description = "Names the request, so that a repeat gets its answer")
    ),
    request_body = ReopenPayPeriod,
    responses(
        (status = 202, description = "The period, which is being opened", body = PayPeriodAnswer,
            headers(("ETag" = String, description = "The version"))),
        (status = 409, description = "`period_not_closed`; `later_period_closed`; `pay_period_not_set`")
    )
)]
pub(crate) async fn reopen(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    request_id: RequestId,
    repeat: Repeat,
    Body { value, hash }: Body<ReopenPayPeriod>,
) -> Result<Answer, Problem> {
    let id = parameter::id_for_admin(&id, &caller)?;
    let key = repeat.key(caller.user_id, &hash);
    let request = app.request(&caller, &request_id, key.as_ref());
    let zone = company_zone(&app).await?;
    let began = |period: &PayPeriodRecord, version: u64| work_began(period, &zone, version);
    execute(&request, began, || periods::reopen(&request, id, &value.reason)).await
}
