//! `GET /notifications`

use app::notifications::inbox::{self, InboxPage};
use axum::extract::State;
use domain::id::NotificationNumber;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{
    Answer, App, Caller, Problem, Query,
    answers::NotificationAnswer,
    cursor::{CursorSeal, ListName},
    query::Limit,
};

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
    let seal = CursorSeal::of_caller(&app, &caller, ListName::Notifications, &unread).await?;
    let before = seal.position::<NotificationNumber>(cursor.as_deref())?;
    let page = inbox::page(&app.ports(app.now()), caller.user_id, unread, before, limit.get()).await?;
    let InboxPage { items, unread_count, next } = page;
    Answer::ok(&InboxAnswer { items, unread_count, next_cursor: seal.next(next)? })
}
