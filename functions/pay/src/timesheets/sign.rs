//! `POST /pay/periods/{id}/timesheets/{user_id}/submit`, `…/approve` and `…/reject`

use app::pay::{
    periods::CompanyPeriod,
    timesheets::{self, SignedTimesheet, Signing},
};
use axum::extract::{Path, State};
use domain::{pay::FiguresHash, text::Reason};
use serde::Deserialize;
use store::RepeatKey;
use utoipa::ToSchema;
use web::{Answer, App, Body, Caller, Problem, Repeat, RequestId, parameter, use_case::execute};

use super::answer::TimesheetAnswer;

/// A signature.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({}))]
pub(crate) struct SignTimesheet {
    /// The `figures_hash` that was read. The request fails with `timesheet_changed` if the figures have changed since. Without
    /// it, the present figures are signed.
    figures_hash: Option<FiguresHash>,
}

/// A rejection.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"note": "Monday lacks the afternoon"}))]
pub(crate) struct RejectTimesheet {
    /// The reason, which the person reads.
    #[schema(value_type = String, min_length = 1, max_length = 500)]
    note: Reason,
}

/// Submit a timesheet
///
/// Signs the caller's own timesheet. Possible when the period is over and nothing blocks the timesheet. The signature is about
/// the hash of the figures: a later change of the days removes it and notifies the person and their managers.
#[utoipa::path(
    post,
    path = "/pay/periods/{id}/timesheets/{user_id}/submit",
    operation_id = "submitTimesheet",
    tag = "pay",
    params(
        ("id" = String, Path, description = "The id of the pay period", example = "2026-11-01..2026-11-30"),
        ("user_id" = String, Path, description = "The id of the person; `me` is the caller"),
        ("Idempotency-Key" = Option<String>, Header, description = "Names the request, so that a repeat gets its answer")
    ),
    request_body = SignTimesheet,
    responses(
        (status = 200, description = "The timesheet", body = TimesheetAnswer,
            headers(("ETag" = String, description = "The version"))),
        (status = 403, description = "`forbidden`: only the person submits"),
        (status = 409, description = "`timesheet_blocked`, with `blockers`; `timesheet_changed`; `already_decided`; `pay_period_not_set`")
    )
)]
pub(crate) async fn submit(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<(String, String)>,
    request_id: RequestId,
    repeat: Repeat,
    Body { value, hash }: Body<SignTimesheet>,
) -> Result<Answer, Problem> {
    let key = repeat.key(caller.user_id, &hash);
    sign(&app, &caller, (&request_id, key.as_ref()), &path, &Signing::Submit(value.figures_hash)).await
}

/// Approve a timesheet
///
/// Signs the timesheet of a person whom the caller decides for. A timesheet that the person hasn't submitted can be approved too.
/// The signature is about the hash of the figures: a later change of the days removes both signatures.
#[utoipa::path(
    post,
    path = "/pay/periods/{id}/timesheets/{user_id}/approve",
    operation_id = "approveTimesheet",
    tag = "pay",
    params(
        ("id" = String, Path, description = "The id of the pay period", example = "2026-11-01..2026-11-30"),
        ("user_id" = String, Path, description = "The id of the person"),
        ("Idempotency-Key" = Option<String>, Header, description = "Names the request, so that a repeat gets its answer")
    ),
    request_body = SignTimesheet,
    responses(
        (status = 200, description = "The timesheet", body = TimesheetAnswer,
            headers(("ETag" = String, description = "The version"))),
        (status = 403, description = "`forbidden`; `own_request`"),
        (status = 409, description = "`timesheet_blocked`, with `blockers`; `timesheet_changed`; `already_decided`; `pay_period_not_set`")
    )
)]
pub(crate) async fn approve(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<(String, String)>,
    request_id: RequestId,
    repeat: Repeat,
    Body { value, hash }: Body<SignTimesheet>,
) -> Result<Answer, Problem> {
    let key = repeat.key(caller.user_id, &hash);
    sign(&app, &caller, (&request_id, key.as_ref()), &path, &Signing::Approve(value.figures_hash)).await
}

/// Reject a timesheet
///
/// Rejects a submitted or approved timesheet with a reason, and removes its signatures. The person may submit it again.
#[utoipa::path(
    post,
    path = "/pay/periods/{id}/timesheets/{user_id}/reject",
    operation_id = "rejectTimesheet",
    tag = "pay",
    params(
        ("id" = String, Path, description = "The id of the pay period", example = "2026-11-01..2026-11-30"),
        ("user_id" = String, Path, description = "The id of the person"),
        ("Idempotency-Key" = Option<String>, Header, description = "Names the request, so that a repeat gets its answer")
    ),
    request_body = RejectTimesheet,
    responses(
        (status = 200, description = "The timesheet", body = TimesheetAnswer,
            headers(("ETag" = String, description = "The version"))),
        (status = 403, description = "`forbidden`; `own_request`"),
        (status = 409, description = "`timesheet_not_submitted`; `already_decided`; `pay_period_not_set`")
    )
)]
pub(crate) async fn reject(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<(String, String)>,
    request_id: RequestId,
    repeat: Repeat,
    Body { value, hash }: Body<RejectTimesheet>,
) -> Result<Answer, Problem> {
    let key = repeat.key(caller.user_id, &hash);
    sign(&app, &caller, (&request_id, key.as_ref()), &path, &Signing::Reject(value.note)).await
}

async fn sign(
    app: &App,
    caller: &Caller,
    (request_id, key): (&RequestId, Option<&RepeatKey>),
    (id, user): &(String, String),
    signing: &Signing,
) -> Result<Answer, Problem> {
    let period = CompanyPeriod::named(&app.store, parameter::id(id)?).await?;
    let person = parameter::user(user, caller)?;
    let request = app.request(caller, request_id, key);
    let signed = |SignedTimesheet { snapshot, timesheet }: &SignedTimesheet, version: u64| -> Result<Answer, Problem> {
        Ok(Answer::ok(&TimesheetAnswer::new(caller, snapshot, timesheet))?.version(version))
    };
    execute(&request, signed, || timesheets::sign(&request, person, period, signing)).await
}
