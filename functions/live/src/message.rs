//! `$default`: handles the messages that clients send.

use domain::{
    id::UserId,
    notification::{Notification, NotificationId},
};
use push::{Message, Refusal, Sending};
use serde::Deserialize;
use store::{
    StoreError,
    connections::Connection,
    page::Page,
    session_check::{SessionCheck, checking_session, expect_session},
};
use utoipa::ToSchema;

use crate::{
    Live,
    event::{Answer, Event},
};

/// The maximum number of notifications that are sent again; a client that missed more reads the list.
const REPLAYED: usize = 100;

/// A message from a client. Unknown fields are refused.
#[derive(Deserialize, ToSchema)]
#[serde(tag = "action", rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum ClientMessage {
    /// Asks for `pong`, and keeps the connection from being closed as idle: send it every five minutes.
    Ping {},
    /// Asks for the notifications that the client missed; `resync` follows the last one.
    Resume {
        /// The id of the last notification that the client has.
        #[schema(value_type = NotificationId)]
        since: String,
    },
}

impl Live {
    /// Handles a message. Returns the connection's owner and the reply.
    pub(crate) async fn message(&self, event: &Event) -> (Option<UserId>, Answer) {
        let asked = event.body.as_deref().and_then(|body| serde_json::from_str(body).ok());
        let (whose, message) = match asked {
            Some(ClientMessage::Ping {}) => (None, Message::pong(self.push.moment())),
            Some(ClientMessage::Resume { since }) => match checking_session(self.resume(event, &since)).await {
                Ok((whose, message)) => (whose, message),
                Err(error) => {
                    tracing::warn!(%error, "a client can't resume now");
                    (None, Message::error(Refusal::Unavailable, self.push.moment()))
                }
            },
            None => (None, Message::error(Refusal::UnknownAction, self.push.moment())),
        };
        match message {
            Ok(message) => (whose, Answer::text(message.text())),
            Err(error) => {
                tracing::error!(%error, "a message can't be written");
                (whose, Answer { status_code: 500, body: None })
            }
        }
    }

    /// Sends the missed notifications again; the reply marks their end.
    async fn resume(
        &self,
        event: &Event,
        since: &str,
    ) -> Result<(Option<UserId>, Result<Message, serde_json::Error>), StoreError> {
        // A connection that the server is closing may still send messages.
        let Some(connection) = self.store.connection(&event.request_context.connection_id).await? else {
            return Ok((None, Message::error(Refusal::Unavailable, self.push.moment())));
        };
        let whose = connection.user_id;
        // `notify` closes the connections of a session that has ended, but may not have done so yet.
        expect_session(SessionCheck {
            user_id: whose,
            family_id: connection.family_id,
            rights: None,
            now: self.clock.now(),
        });
        let since = since.parse::<NotificationId>().ok().filter(|since| since.owner() == whose);
        let Some(since) = since else {
            return Ok((Some(whose), Message::error(Refusal::UnknownNotification, self.push.moment())));
        };
        let Page { items, mut more } = self.store.notifications_after(since, REPLAYED).await?;
        let replayed = items.len();
        if replayed > 0 {
            more |= !self.replay(&connection, items).await?;
        }
        Ok((Some(whose), Message::resync(replayed, more, self.push.moment())))
    }

    /// Sends the notifications, and returns whether all were sent. Those that API Gateway throttled are dropped: the client
    /// reads the list.
    async fn replay(&self, connection: &Connection, notes: Vec<Notification>) -> Result<bool, StoreError> {
        let (inbox, language) = self.store.inbox_and_language(connection.user_id).await?;
        let mut messages = Vec::with_capacity(notes.len());
        for note in notes {
            let read_at = inbox.read_at(&note);
            let message = Message::notification(note, read_at, language);
            messages.push(message.map_err(|error| StoreError::Unwritable(error.to_string()))?);
        }
        Ok(self.push.send_all(connection, &messages).await == Sending::Done)
    }
}
