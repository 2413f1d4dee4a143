//! `DELETE /leave/requests/{id}`

use app::leave::requests;
use axum::extract::{Path, State};
use domain::id::LeaveRequestId;
use web::{
    Answer, App, Caller, IfMatch, Problem, RequestId,
    answers::LeaveRequestAnswer,
    parameter,
    use_case::{changed, execute},
};

/// Cancel a leave request
///
/// For the person, or for a manager of the person. A request whose leave hasn't begun becomes `cancelled`, and all of its days
/// are given back. Leave that has begun stays `approved` and ends yesterday, or today if today's part has begun; the remaining
/// days are given back. Leave that it interrupted resumes on those days.
///
/// Cancelling approved leave that is over corrects an entry made by mistake: only a manager of the person may do it, and only
/// if the leave began at most 400 days ago. All of its days are given back, and its daily records are computed without it. For
/// long leave, the daily records are updated within seconds; until then the answer contains `applying`.
#[utoipa::path(
    delete,
    path = "/leave/requests/{id}",
    operation_id = "cancelLeaveRequest",
    tag = "leave",
    params(
        ("id" = String, Path, description = "The id of the request"),
        ("If-Match" = Option<String>, Header, description = "The `ETag` of the version that the change is based on")
    ),
    responses(
        (status = 200, description = "The request after the change", body = LeaveRequestAnswer, headers(("ETag" = String, description = "The version"))),
        (status = 409, description = "`already_decided`: rejected or cancelled already; `leave_over`: over, and the person's own, or begun more than 400 days ago")
    )
)]
pub(crate) async fn cancel(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    if_match: IfMatch,
    request_id: RequestId,
) -> Result<Answer, Problem> {
    let id: LeaveRequestId = parameter::id(&id)?;
    let (request, versions) = (app.request(&caller, &request_id, None), if_match.versions());
    execute(&request, changed, || requests::cancel(&request, id, &versions)).await
}
