//! `POST /leave/requests/{id}/decision`

use app::leave::requests;
use axum::extract::{Path, State};
use domain::{correction::Decision, id::LeaveRequestId, text::Remark};
use serde::Deserialize;
use utoipa::ToSchema;
use web::{
    Answer, App, Body, Caller, IfMatch, Problem, Repeat, RequestId,
    answers::LeaveRequestAnswer,
    parameter,
    use_case::{changed, execute},
};

/// A decision about a leave request.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"status": "approved", "note": "Enjoy the wedding"}))]
pub(crate) struct DecideLeave {
    /// The decision: `approved` or `rejected`.
    status: Decision,
    /// A note on the decision.
    #[schema(value_type = Option<String>, max_length = 500)]
    note: Option<Remark>,
}

/// Decide a leave request
///
/// For a manager of the person; a request is decided once. Approved leave is part of the schedule at once; the balance must
/// cover its cost at that time. Leave of a type with `interrupts` (sick leave) takes its days from other leave, which gets
/// them back. If a company has only one admin and no managers of everyone, the admin decides their own requests, which are
/// marked `self_decided`.
#[utoipa::path(
    post,
    path = "/leave/requests/{id}/decision",
    operation_id = "decideLeaveRequest",
    tag = "leave",
    params(
        ("id" = String, Path, description = "The id of the request"),
        ("If-Match" = Option<String>, Header, description = "The `ETag` of the version that the decision is about"),
        ("Idempotency-Key" = Option<String>, Header, description = "Names the decision, so that a repeat gets its answer")
    ),
    request_body = DecideLeave,
    responses(
        (status = 200, description = "The request", body = LeaveRequestAnswer, headers(("ETag" = String, description = "The version"))),
        (status = 403, description = "`own_request`; `forbidden`"),
        (status = 409, description = "`already_decided`; `insufficient_balance`; `no_time_account`; `time_account_too_low`; `day_worked`; `overlaps`")
    )
)]
pub(crate) async fn decide(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    if_match: IfMatch,
    request_id: RequestId,
    repeat: Repeat,
    Body { value, hash }: Body<DecideLeave>,
) -> Result<Answer, Problem> {
    let id: LeaveRequestId = parameter::id(&id)?;
    let key = repeat.key(caller.user_id, &hash);
    let (request, versions) = (app.request(&caller, &request_id, key.as_ref()), if_match.versions());
    execute(&request, changed, || requests::decide(&request, id, &versions, value.status, value.note.as_ref())).await
}
