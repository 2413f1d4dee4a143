//! The schemas of the messages that the server sends, for the AsyncAPI document, which `live` generates.

use answers::{NotificationAnswer, instant::Instant};
use utoipa::{OpenApi, ToSchema, openapi::Components};

use crate::{
    Kind,
    message::{Changes, Day, Error, Nothing, Replayed},
};

#[derive(OpenApi)]
#[openapi(components(schemas(NotificationAnswer, Changes, Day, Nothing, Replayed, Error, Instant)))]
struct Schemas;

/// Returns the derived schemas that messages refer to, by name.
pub fn components() -> Components {
    Schemas::openapi().components.unwrap_or_default()
}

impl Kind {
    /// All types of messages.
    pub const ALL: [Self; 6] = [Self::Notification, Self::Presence, Self::Day, Self::Pong, Self::Resync, Self::Error];

    /// Returns the value of the field `type`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Notification => "notification",
            Self::Presence => "presence",
            Self::Day => "day",
            Self::Pong => "pong",
            Self::Resync => "resync",
            Self::Error => "error",
        }
    }

    /// Returns the name of the schema of the field `data`.
    pub fn data(self) -> String {
        match self {
            Self::Notification => NotificationAnswer::name(),
            Self::Presence => Changes::name(),
            Self::Day => Day::name(),
            Self::Pong => Nothing::name(),
            Self::Resync => Replayed::name(),
            Self::Error => Error::name(),
        }
        .into_owned()
    }

    /// Returns a sentence about who receives the message and when.
    pub const fn summary(self) -> &'static str {
        match self {
            Self::Notification => "An item of the person's inbox, as in `GET /notifications`.",
            Self::Presence => "Changes of presence, for everyone of the department.",
            Self::Day => "A line of the board, for the person and for those who decide the person's requests.",
            Self::Pong => "The answer to `ping`.",
            Self::Resync => "The end of the replay that `resume` asked for. Read presence and days again.",
            Self::Error => "The refusal of what the client sent.",
        }
    }

    /// Returns the meaning of the field `id`.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Notification => "The id of the notification, which `resume` takes as `since`.",
            Self::Presence | Self::Day | Self::Pong | Self::Resync | Self::Error => {
                "The id of the message. `resume` doesn't take it."
            }
        }
    }
}
