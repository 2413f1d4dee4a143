//! `POST /notifications/{id}/read`

use axum::{
    extract::{Path, State},
    response::Response,
};
use domain::{
    id::{NotificationNumber, UserId},
    notification::{Inbox, Notification, NotificationId},
};
use jiff::Timestamp;
use serde::Deserialize;
use store::{Commit, Store, StoreError};
use utoipa::ToSchema;
use web::{
    Answer, App, Body, Caller, Failed, Problem, Repeat, RequestId, answers::NotificationAnswer, authorization, command,
    command::ensure_not_replayed, parameter,
};

/// The number of older items that one query reads to refill the list of unread numbers when more than a hundred are unread.
const LOOKED_AT: usize = 200;

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
) -> Result<Response, Problem> {
    let id: NotificationId = parameter::id(&id)?;
    if id.owner() != caller.user_id {
        return Err(Problem::not_found());
    }
    let number = NotificationNumber::from(id.number());
    let key = repeat.key(caller.user_id, &hash);
    let now = app.now();
    let attempt = async || -> Result<Answer, Failed> {
        let snapshot = app.store.inbox_snapshot(caller.user_id, Some(number), key.as_ref(), now).await?;
        ensure_not_replayed(snapshot.earlier)?;
        authorization::current_profile(&caller, snapshot.person.as_ref())?;
        let note = snapshot.note.ok_or_else(Problem::not_found)?;
        if let Some(read_at) = snapshot.inbox.read_at(&note) {
            return Ok(Answer::ok(&NotificationAnswer::new(note, Some(read_at), snapshot.language))?);
        }
        let older = older_unread(&app.store, caller.user_id, &snapshot.inbox, now).await?;
        let inbox = snapshot.inbox.with_read(number, older).next_version();
        let note = Notification { read_at: Some(now), ..note };
        let mut commit = Commit::without_event(app.stamp(&caller, &request_id, now));
        commit.put_read(&note)?;
        commit.put_inbox(caller.user_id, &inbox)?;
        let answer = Answer::ok(&NotificationAnswer::new(note, Some(now), snapshot.language))?;
        commit.save_answer(key.as_ref(), answer.saved())?;
        commit.send(&app.store).await?;
        Ok(answer)
    };
    command(&app.store, key.as_ref(), now, attempt).await
}

/// Returns the next older unread notifications if more than a hundred are unread, and whether there may be even older ones. The
/// inbox stores their numbers from now on. Costs one Query.
async fn older_unread(
    store: &Store,
    person: UserId,
    inbox: &Inbox,
    now: Timestamp,
) -> Result<Option<(Vec<NotificationNumber>, bool)>, StoreError> {
    if !inbox.more_unread() {
        return Ok(None);
    }
    let page = store.notifications(person, inbox.unread_ids(now).last(), LOOKED_AT, now).await?;
    let unread = page.items.iter().filter(|note| inbox.read_at(note).is_none());
    Ok(Some((unread.map(Notification::number).collect(), page.more)))
}
