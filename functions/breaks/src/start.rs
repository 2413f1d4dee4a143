//! `POST /breaks/start`

use axum::{extract::State, response::Response};
use domain::text::Remark;
use http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;
use web::{App, Body, Caller, Problem, Repeat, RequestId, answers::DayAnswer, punching::PunchRequest};

/// The details of a break.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"remark": "Lunch"}))]
pub(crate) struct BreakBody {
    /// The remark of the person.
    #[schema(value_type = Option<String>, max_length = 500, example = "Lunch")]
    remark: Option<Remark>,
}

/// Start a break
///
/// Starts a break in the open session. The settings at that moment decide whether the break is paid.
#[utoipa::path(
    post,
    path = "/breaks/start",
    operation_id = "startBreak",
    tag = "breaks",
    request_body = BreakBody,
    params(("Idempotency-Key" = Option<String>, Header, description = "Names the break, so that repeats don't begin another")),
    responses(
        (status = 201, description = "The day that the break belongs to", body = DayAnswer),
        (status = 409, description = "`not_clocked_in`, `already_on_break`"),
    )
)]
pub(crate) async fn start(
    State(app): State<App>,
    caller: Caller,
    request_id: RequestId,
    repeat: Repeat,
    Body { value, hash }: Body<BreakBody>,
) -> Result<Response, Problem> {
    let key = repeat.key(caller.user_id, &hash);
    let remark = value.remark.filter(|remark| !remark.as_str().is_empty());
    let request = PunchRequest { app, caller, request_id, key, kiosk_code: None, cost_center: None };
    request.execute(StatusCode::CREATED, |context, _| Ok(context.start_break(remark.clone())?)).await
}
