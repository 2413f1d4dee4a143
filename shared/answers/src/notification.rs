//! An item of an inbox, as responses and push messages show it.

use std::collections::BTreeMap;

use domain::{
    language::Language,
    notification::{Notification, NotificationId, NotificationKind},
};
use jiff::Timestamp;
use serde::Serialize;
use texts::RenderedNotification;
use utoipa::ToSchema;

use crate::instant::Instant;

/// An item of an inbox.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Notification)]
pub struct NotificationAnswer {
    /// The id of the notification; ids grow with each item of the inbox.
    pub id: NotificationId,
    /// The kind of notification.
    pub kind: NotificationKind,
    /// What happened, in a few words, in the language of the reader.
    #[schema(example = "Maria came late")]
    pub title: String,
    /// What happened, in a sentence, in the language of the reader.
    pub body: String,
    /// The ids and figures that the notification is about.
    #[schema(value_type = Object)]
    pub data: BTreeMap<String, serde_json::Value>,
    /// The instant of the event, in the zone of the person it is about.
    pub created_at: Instant,
    /// The instant at which the notification was read; `null` while it is unread.
    pub read_at: Option<Instant>,
}

impl NotificationAnswer {
    /// Returns the item in a language, with the instant at which it was read.
    pub fn new(note: Notification, read_at: Option<Timestamp>, language: Language) -> Self {
        let RenderedNotification { title, body } = texts::notification(&note.text, &note.zone, language);
        Self {
            id: note.id,
            kind: note.kind,
            created_at: Instant::new(note.created_at, &note.zone),
            read_at: read_at.map(|at| Instant::new(at, &note.zone)),
            title,
            body,
            data: note.data,
        }
    }
}
