//! The chat of a department as the API and the audit show it.

use std::collections::BTreeSet;

use domain::{
    calendar::Zone,
    chat::{ChatKind, ChatService},
    id::UserId,
};
use serde::Serialize;
use store::chats::Chat;
use utoipa::ToSchema;

use crate::instant::Instant;

/// The chat of a department. Its address is never shown.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DepartmentChat)]
pub struct DepartmentChatAnswer {
    /// The service of the chat.
    service: ChatService,
    /// The host of the address.
    host: String,
    /// The kinds of news that the chat gets.
    kinds: BTreeSet<ChatKind>,
    /// The instant at which the chat was set.
    set_at: Instant,
    /// The administrator who set the chat.
    set_by: UserId,
    /// The instant from which the service doesn't know the address any more; `null` while it takes messages. Setting the chat again
    /// starts it.
    #[schema(required = true)]
    stopped_at: Option<Instant>,
}

impl DepartmentChatAnswer {
    /// Creates the answer, with instants in the reader's time zone.
    pub fn new(chat: &Chat, zone: &Zone) -> Self {
        let instant = |at| Instant::new(at, zone);
        Self {
            service: chat.service,
            host: chat.host.clone(),
            kinds: chat.kinds.clone(),
            set_at: instant(chat.set_at),
            set_by: chat.set_by,
            stopped_at: chat.stopped_at.map(instant),
        }
    }
}
