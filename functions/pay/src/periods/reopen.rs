//! `POST /pay/periods/{id}/reopen`

use axum::{
    extract::{Path, State},
    response::Response,
};
use domain::{event::TimesheetFact, pay::PayPeriodStatus, text::Reason};
use serde::Deserialize;
use store::{RepeatKey, pay::periods::Reopening};
use utoipa::ToSchema;
use web::{
    Answer, App, Body, Caller, Code, Detail, Failed, Problem, Repeat, RequestId,
    authorization::{current_profile, must_be_admin},
    command::{command, ensure_not_replayed},
};

use super::{PayPeriodAnswer, WorkStart};
use crate::timesheets::{pay_periods, period_of};

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
) -> Result<Response, Problem> {
    must_be_admin(&caller)?;
    let key = repeat.key(caller.user_id, &hash);
    let key = key.as_ref();
    command(&app.store, key, app.now(), || attempt(&app, &caller, key, &request_id, &id, &value)).await
}

async fn attempt(
    app: &App,
    caller: &Caller,
    key: Option<&RepeatKey>,
    request_id: &RequestId,
    id: &str,
    body: &ReopenPayPeriod,
) -> Result<Answer, Failed> {
    let now = app.now();
    let (profile, earlier) = app.store.caller_snapshot(caller.user_id, key, now).await?;
    current_profile(caller, profile.as_ref())?;
    ensure_not_replayed(earlier)?;
    let settings = app.store.settings().await?;
    let period = period_of(&settings, id)?;
    let record = app.store.pay_period(period).await?;
    match record.status {
        PayPeriodStatus::Closed => {}
        PayPeriodStatus::Open | PayPeriodStatus::Closing => return Err(Problem::new(Code::PeriodNotClosed).into()),
    }
    let next = pay_periods(&settings)?.of(period.last().next());
    let later = app.store.pay_periods(next, None).await?;
    if let Some(later) = later.iter().rev().find(|later| later.status != PayPeriodStatus::Open) {
        let (from, to) = (later.period.first().to_string(), later.period.last().to_string());
        return Err(Problem::new(Code::LaterPeriodClosed).detail(Detail::ReopenLaterFirst { from, to }).into());
    }

    let reopening = record.reopening(Reopening { by: caller.user_id, at: now, reason: body.reason.clone() });
    let fact = TimesheetFact::PayPeriodReopening { period, continues: false };
    let start = WorkStart { before: &record, after: &reopening, fact, action: "pay_period_reopening" };
    start.commit(app, app.stamp(caller, request_id, now), &settings, key).await
}
