//! `POST /notifications/read-all`

use app::notifications::inbox;
use axum::extract::State;
use web::{
    Answer, App, Body, Caller, Problem, Repeat, RequestId,
    use_case::{execute_if_changed, no_content},
};

use crate::read::ReadBody;

/// Mark all notifications as read
///
/// Costs one write, however many notifications there are. Notifications that arrive later are unread.
#[utoipa::path(
    post,
    path = "/notifications/read-all",
    operation_id = "markAllNotificationsRead",
    tag = "notifications",
    params(("Idempotency-Key" = Option<String>, Header, description = "Names the request, so that a repeat does nothing")),
    request_body = ReadBody,
    responses((status = 204, description = "Everything is read"))
)]
pub(crate) async fn read_all(
    State(app): State<App>,
    caller: Caller,
    request_id: RequestId,
    repeat: Repeat,
    Body { value: ReadBody {}, hash }: Body<ReadBody>,
) -> Result<Answer, Problem> {
    let key = repeat.key(caller.user_id, &hash);
    let request = app.request(&caller, &request_id, key.as_ref());
    execute_if_changed(&request, no_content, || inbox::mark_all_read(&request)).await
}
