//! `POST /notifications/read-all`

use axum::{extract::State, response::Response};
use store::Commit;
use web::{
    Answer, App, Body, Caller, Failed, Problem, Repeat, RequestId, authorization, command, command::unless_answered,
};

use crate::read::ReadBody;

/// Read everything
///
/// One write, however much there is. What comes afterwards is unread.
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
        let basis = app.store.inbox_basis(caller.user_id, None, key.as_ref(), now).await?;
        unless_answered(basis.earlier)?;
        authorization::still(&caller, basis.person.as_ref())?;
        let answer = Answer::no_content();
        if basis.inbox.unread_count(now) == 0 && !basis.inbox.more_unread() {
            return Ok(answer);
        }
        let mut commit = Commit::silent(app.stamp(&caller, &request_id, now));
        commit.put_inbox(caller.user_id, &basis.inbox.with_all_read(now).next_version())?;
        commit.save_answer(key.as_ref(), answer.saved())?;
        commit.send(&app.store).await?;
        Ok(answer)
    };
    command(&app.store, key.as_ref(), now, attempt).await
}
