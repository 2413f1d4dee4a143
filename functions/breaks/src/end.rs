//! `POST /breaks/end`

use axum::{extract::State, response::Response};
use http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;
use web::{App, Body, Caller, Problem, Repeat, RequestId, answers::DayAnswer, punching::PunchRequest};

/// A body without fields.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({}))]
pub(crate) struct BreakEndBody {}

/// End the break
///
/// Ends the open break. Clocking out also ends an open break.
#[utoipa::path(
    post,
    path = "/breaks/end",
    operation_id = "endBreak",
    tag = "breaks",
    request_body = BreakEndBody,
    params(("Idempotency-Key" = Option<String>, Header, description = "Names the request, so that a repeat gets its answer")),
    responses(
        (status = 200, description = "The day that the break belongs to", body = DayAnswer),
        (status = 409, description = "`not_on_break`"),
    )
)]
pub(crate) async fn end(
    State(app): State<App>,
    caller: Caller,
    request_id: RequestId,
    repeat: Repeat,
    Body { value: BreakEndBody {}, hash }: Body<BreakEndBody>,
) -> Result<Response, Problem> {
    let key = repeat.key(caller.user_id, &hash);
    let request = PunchRequest { app, caller, request_id, key, kiosk_code: None, cost_center: None };
    request.execute(StatusCode::OK, |context, _| Ok(context.end_break()?)).await
}
