//! `POST /clock/switch`

use axum::{extract::State, response::Response};
use domain::pay::CostCenterCode;
use http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;
use web::{Body, Caller, Problem, Repeat, RequestId, answers::DayAnswer, punching::PunchRequest};

use crate::time_clock::TimeClock;

/// The cost center of the work from now on.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"cost_center": "4711"}))]
pub(crate) struct SwitchBody {
    /// The cost center; `null` for that of the person's pay profile.
    #[schema(required = true)]
    cost_center: Option<CostCenterCode>,
}

/// Switch the cost center
///
/// Assigns the work of the open session to another cost center from now on. The session goes on; segments are cut at the instant.
#[utoipa::path(
    post,
    path = "/clock/switch",
    operation_id = "switchCostCenter",
    tag = "clock",
    request_body = SwitchBody,
    params(("Idempotency-Key" = Option<String>, Header, description = "Names the request, so that a repeat gets its answer")),
    responses(
        (status = 200, description = "The day that the session belongs to", body = DayAnswer),
        (status = 409, description = "`not_clocked_in`"),
        (status = 422, description = "`invalid_values`: the cost center doesn't exist or isn't active"),
    )
)]
pub(crate) async fn switch(
    State(clock): State<TimeClock>,
    caller: Caller,
    request_id: RequestId,
    repeat: Repeat,
    Body { value, hash }: Body<SwitchBody>,
) -> Result<Response, Problem> {
    let key = repeat.key(caller.user_id, &hash);
    let cost_center = value.cost_center;
    let named = cost_center.clone();
    let request = PunchRequest { app: clock.app, caller, request_id, key, kiosk_code: None, cost_center };
    request.execute(StatusCode::OK, |context, _| Ok(context.switch_cost_center(named.clone())?)).await
}
