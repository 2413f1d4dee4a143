//! `POST /notifications/read-all`

use axum::{extract::State, response::Response};
use store::Commit;
use web::{
    Answer, App, Body, Caller, Failed, Problem, Repeat, RequestId, authorization, command, command::ensure_not_replayed,
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
) -> Result<Response, Problem> {
    let key = repeat.key(caller.user_id, &hash);
    let now = app.now();
    let attempt = async || -> Result<Answer, Failed> {
        let snapshot = app.store.inbox_snapshot(caller.user_id, None, key.as_ref(), now).await?;
        ensure_not_replayed(snapshot.earlier)?;
        authorization::current_profile(&caller, snapshot.person.as_ref())?;
        let answer = Answer::no_content();
        if snapshot.inbox.unread_count(now) == 0 && !snapshot.inbox.more_unread() {
            return Ok(answer);
        }
        let mut commit = Commit::without_event(app.stamp(&caller, &request_id, now));
        commit.put_inbox(caller.user_id, &snapshot.inbox.with_all_read(now).next_version())?;
        commit.save_answer(key.as_ref(), answer.saved())?;
        commit.send(&app.store).await?;
        Ok(answer)
    };
    command(&app.store, key.as_ref(), now, attempt).await
}
