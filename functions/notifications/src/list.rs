//! `GET /notifications`

use axum::extract::State;
use domain::{
    id::{NotificationNumber, UserId},
    notification::{Inbox, Notification},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use store::{Store, StoreError, page::Page};
use utoipa::ToSchema;
use web::{
    Answer, App, Caller, Problem, Query,
    answers::NotificationAnswer,
    cursor::{CursorSeal, ListName},
    query::Limit,
};

/// The number of items that one query reads to find unread ones among older items.
const LOOKED_AT: usize = 200;

/// The maximum number of such queries for one page. The page may then have fewer items than `limit`.
const QUERIES: usize = 5;

/// The parameters of the inbox list: a filter and a page.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct NotificationsQuery {
    /// Whether to list unread notifications only.
    #[serde(default)]
    #[param(value_type = Option<bool>)]
    unread: bool,
    /// The maximum number of items, 1 to 200.
    #[serde(default)]
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200)]
    limit: Limit,
    /// The `next_cursor` of the page before.
    cursor: Option<String>,
}

/// A page of an inbox.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Inbox)]
pub(crate) struct InboxAnswer {
    /// The notifications, newest first.
    items: Vec<NotificationAnswer>,
    /// The number of unread notifications; 100 means 100 or more.
    unread_count: usize,
    /// The cursor of the next page; absent on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

/// List notifications
///
/// Lists the caller's notifications of the last 90 days, newest first, in the caller's `language`, or in the company's language
/// if the caller has none. A page of unread notifications may hold fewer items than `limit` and still have a `next_cursor`.
#[utoipa::path(
    get,
    path = "/notifications",
    operation_id = "listNotifications",
    tag = "notifications",
    params(NotificationsQuery),
    responses((status = 200, description = "A page of the inbox", body = InboxAnswer))
)]
pub(crate) async fn list(
    State(app): State<App>,
    caller: Caller,
    Query(NotificationsQuery { unread, limit, cursor }): Query<NotificationsQuery>,
) -> Result<Answer, Problem> {
    let (now, person) = (app.now(), caller.user_id);
    let seal = CursorSeal::of_caller(&app, &caller, ListName::Notifications, &unread).await?;
    let before = seal.position::<NotificationNumber>(cursor.as_deref())?;
    let (inbox, language) = app.store.inbox_and_language(person).await?;
    let (notes, next) = if unread {
        unread_page(&app.store, person, &inbox, before, limit.get(), now).await?
    } else {
        let Page { items, more } = app.store.notifications(person, before, limit.get(), now).await?;
        let next = items.last().filter(|_| more).map(Notification::number);
        (items, next)
    };
    let items = notes.into_iter().map(|note| {
        let read_at = inbox.read_at(&note);
        NotificationAnswer::new(note, read_at, language)
    });
    Answer::ok(&InboxAnswer {
        items: items.collect(),
        unread_count: inbox.unread_count(now),
        next_cursor: seal.next(next)?,
    })
}

/// Returns a page of unread notifications and the position of the next page. The inbox stores the numbers of the newest
/// hundred; older ones are searched for.
async fn unread_page(
    store: &Store,
    person: UserId,
    inbox: &Inbox,
    before: Option<NotificationNumber>,
    limit: usize,
    now: Timestamp,
) -> Result<(Vec<Notification>, Option<NotificationNumber>), StoreError> {
    let mut known = inbox.unread_ids(now).filter(|number| before.is_none_or(|before| *number < before));
    let numbers: Vec<NotificationNumber> = known.by_ref().take(limit).collect();
    let more_known = known.next().is_some();
    let mut notes = store.notifications_of(person, &numbers).await?;
    let last = numbers.last().copied();
    if more_known || !inbox.more_unread() {
        return Ok((notes, last.filter(|_| more_known)));
    }
    // Unread notifications whose numbers aren't stored are older than all whose numbers are.
    let oldest_known = inbox.unread_ids(now).last();
    let mut position = [before, oldest_known].into_iter().flatten().min();
    for _ in 0..QUERIES {
        if notes.len() == limit {
            return Ok((notes, position));
        }
        let page = store.notifications(person, position, LOOKED_AT, now).await?;
        for note in page.items {
            if notes.len() == limit {
                return Ok((notes, position));
            }
            position = Some(note.number());
            if inbox.read_at(&note).is_none() {
                notes.push(note);
            }
        }
        if !page.more {
            return Ok((notes, None));
        }
    }
    Ok((notes, position))
}
