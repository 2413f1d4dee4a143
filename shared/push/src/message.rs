//! Messages in the format of docs/live.md: `{"type", "id", "at", "data"}`.
//!
//! [`crate::schema`] describes them for the AsyncAPI document.

use std::sync::Arc;

use answers::{BoardRowAnswer, NotificationAnswer, instant::Instant};
use domain::{
    calendar::{WorkDate, Zone},
    day::PresenceKind,
    id::{EventId, UserId},
    language::Language,
    notification::{DayLine, Notification, PresenceChange},
    ports::Entropy,
};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

/// A message that can be sent to any number of connections.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    kind: Kind,
    text: Arc<str>,
}

/// The reason for which a client's message is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// The text isn't a JSON object with a known `action`.
    UnknownAction,
    /// `since` isn't the id of one of the person's notifications.
    UnknownNotification,
    /// The action can't be carried out now.
    Unavailable,
}

impl Refusal {
    const fn detail(self) -> &'static str {
        match self {
            Self::UnknownAction => {
                r#"Send {"action": "ping"} or {"action": "resume", "since": "<the id of a notification>"}."#
            }
            Self::UnknownNotification => "`since` must be the id of one of your notifications.",
            Self::Unavailable => "Try again.",
        }
    }
}

/// The type of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// An item of the inbox.
    Notification,
    /// Changes of presence in a department.
    Presence,
    /// A line of the board.
    Day,
    /// The answer to a ping.
    Pong,
    /// The end of a replay, or of a period in which messages were dropped.
    Resync,
    /// The refusal of a client's message.
    Error,
}

#[derive(Serialize)]
struct Envelope<T> {
    #[serde(rename = "type")]
    kind: Kind,
    id: String,
    at: Instant,
    data: T,
}

/// Changes of presence that were made together, or under load those of two to five seconds.
#[derive(Serialize, ToSchema)]
#[schema(as = PresenceChanges)]
pub(crate) struct Changes {
    /// The last change of each person.
    changes: Vec<Change>,
}

/// A change of a person's presence.
#[derive(Serialize, ToSchema)]
#[schema(as = PresenceChange)]
pub(crate) struct Change {
    /// The id of the person.
    user_id: UserId,
    /// The presence after the change.
    presence: PresenceKind,
    /// The instant of the change.
    at: Instant,
    /// The version of the presence; a client ignores a change whose version isn't greater than the one that it has.
    version: u64,
}

/// A line of the board of a date, as `GET /attendance/board` shows it.
#[derive(Serialize, ToSchema)]
#[schema(as = BoardDay)]
pub(crate) struct Day {
    /// The work date.
    date: WorkDate,
    /// The version of the day; a client ignores a message whose version isn't greater than the one that it has.
    version: u64,
    #[serde(flatten)]
    row: BoardRowAnswer,
}

/// The extent of a replay.
#[derive(Serialize, ToSchema)]
#[schema(as = Replay)]
pub(crate) struct Replayed {
    /// The number of notifications that were sent again.
    replayed: usize,
    /// Whether more notifications were missed than were sent again. If so, read the list.
    more: bool,
}

/// The data of a message without fields.
#[derive(Serialize, ToSchema)]
pub(crate) struct Nothing {}

/// A refusal.
#[derive(Serialize, ToSchema)]
#[schema(as = Refused)]
pub(crate) struct Error {
    /// The reason.
    code: Refusal,
    /// The reason in a sentence.
    detail: &'static str,
}

impl Message {
    /// Creates the message of an inbox item, in the language of the reader. Its id is the notification's id, from which a
    /// client resumes.
    pub fn notification(
        note: Notification,
        read_at: Option<Timestamp>,
        language: Language,
    ) -> Result<Self, serde_json::Error> {
        let data = NotificationAnswer::new(note, read_at, language);
        Self::of(&Envelope { kind: Kind::Notification, id: data.id.to_string(), at: data.created_at.clone(), data })
    }

    /// Creates the message of presence changes in a department.
    pub fn presence(changes: Vec<PresenceChange>, at: Moment<'_>) -> Result<Self, serde_json::Error> {
        let changes = changes.into_iter().map(|PresenceChange { user_id, presence, at, zone, version }| Change {
            user_id,
            presence,
            at: Instant::new(at, &zone),
            version,
        });
        at.message(Kind::Presence, Changes { changes: changes.collect() })
    }

    /// Creates the message of a person's day.
    pub fn day(line: DayLine, at: Moment<'_>) -> Result<Self, serde_json::Error> {
        let DayLine { user_id, full_name, department_id, date, version, row } = line;
        let at = Moment { zone: row.zone.clone(), ..at };
        at.message(
            Kind::Day,
            Day { date, version, row: BoardRowAnswer::new(user_id, full_name, department_id, Some(row)) },
        )
    }

    /// Creates the response to a ping.
    pub fn pong(at: Moment<'_>) -> Result<Self, serde_json::Error> {
        at.message(Kind::Pong, Nothing {})
    }

    /// Creates the message for the end of a replay, or of a period in which messages were dropped. The client then reads
    /// everything except notifications again, and with `more` the notifications too.
    pub fn resync(replayed: usize, more: bool, at: Moment<'_>) -> Result<Self, serde_json::Error> {
        at.message(Kind::Resync, Replayed { replayed, more })
    }

    /// Creates the refusal of a client's message.
    pub fn error(code: Refusal, at: Moment<'_>) -> Result<Self, serde_json::Error> {
        at.message(Kind::Error, Error { code, detail: code.detail() })
    }

    /// Returns the text to send.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns whether the message may be dropped when API Gateway throttles. After `resync`, clients read the data of such
    /// messages again.
    pub(crate) const fn is_droppable(&self) -> bool {
        match self.kind {
            Kind::Presence | Kind::Day | Kind::Resync => true,
            Kind::Notification | Kind::Pong | Kind::Error => false,
        }
    }

    /// Returns the type of the message.
    pub const fn kind(&self) -> Kind {
        self.kind
    }

    fn of<T: Serialize>(envelope: &Envelope<T>) -> Result<Self, serde_json::Error> {
        serde_json::to_string(envelope).map(|text| Self { kind: envelope.kind, text: text.into() })
    }
}

/// The time at which a message is created, and the source of its id.
#[derive(Debug, Clone)]
pub struct Moment<'a> {
    at: Timestamp,
    zone: Zone,
    entropy: &'a dyn Entropy,
}

impl<'a> Moment<'a> {
    /// Creates the moment at an instant. The instant of a message that belongs to no zone is shown in UTC.
    pub fn new(at: Timestamp, entropy: &'a dyn Entropy) -> Self {
        Self { at, zone: Zone::UTC, entropy }
    }

    fn message<T: Serialize>(self, kind: Kind, data: T) -> Result<Message, serde_json::Error> {
        let id = EventId::generate(self.at, self.entropy).to_string();
        Message::of(&Envelope { kind, id, at: Instant::new(self.at, &self.zone), data })
    }
}
