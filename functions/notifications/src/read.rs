//! `POST /notifications/{id}/read`

use app::notifications::inbox;
use axum::extract::{Path, State};
use domain::notification::NotificationId;
use serde::Deserialize;
use utoipa::ToSchema;
use web::{
    Answer, App, Body, Caller, Problem, Repeat, RequestId, answers::NotificationAnswer, parameter,
    use_case::execute_if_changed,
};

/// A body without fields.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({}))]
pub(crate) struct ReadBody {}

/// Mark a notification as read
///
/// A notification that is already read keeps the instant at which it was read.
#[utoipa::path(
    post,
    path = "/notifications/{id}/read",
    operation_id = "markNotificationRead",
    tag = "notifications",
    params(
        ("id" = String, Path, description = "The id of the notification"),
        ("Idempotency-Key" = Option<String>, Header, description = "Names the request, so that a repeat gets its answer")
    ),
    request_body = ReadBody,
    responses((status = 200, description = "The notification", body = NotificationAnswer))
)]
pub(crate) async fn read(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    request_id: RequestId,
    repeat: Repeat,
    Body { value: ReadBody {}, hash }: Body<ReadBody>,
) -> Result<Answer, Problem> {
    let id: NotificationId = parameter::id(&id)?;
    let key = repeat.key(caller.user_id, &hash);
    let request = app.request(&caller, &request_id, key.as_ref());
    let shown = |note: &NotificationAnswer, _: u64| Answer::ok(note);
    execute_if_changed(&request, shown, || inbox::mark_read(&request, id)).await
}
