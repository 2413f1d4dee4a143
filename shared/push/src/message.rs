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

/// A message, ready to be sent to any number of connections.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    kind: Kind,
    text: Arc<str>,
}

/// Why something that a client sent is not done.
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
    /// The end of a replay, or of a time in which messages were dropped.
    Resync,
    /// The refusal of what a client sent.
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

/// Changes of presence, gathered over up to a second, under load over two to five.
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
    /// Whether more notifications were missed than are sent again: then read the list.
    more: bool,
}

/// The data of a message without any.
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
    /// An item of an inbox, in the language of the reader. Its id is the notification's: what a client resumes from.
    pub fn notification(
        note: Notification,
        read_at: Option<Timestamp>,
        language: Language,
    ) -> Result<Self, serde_json::Error> {
        let data = NotificationAnswer::new(note, read_at, language);
        Self::of(&Envelope { kind: Kind::Notification, id: data.id.to_string(), at: data.created_at.clone(), data })
    }

    /// Where people of a department are.
    pub fn presence(changes: Vec<PresenceChange>, at: Moment<'_>) -> Result<Self, serde_json::Error> {
        let changes = changes.into_iter().map(|PresenceChange { user_id, presence, at, zone, version }| Change {
            user_id,
            presence,
            at: Instant::new(at, &zone),
            version,
        });
        at.message(Kind::Presence, Changes { changes: changes.collect() })
    }

    /// A person's day.
    pub fn day(line: DayLine, at: Moment<'_>) -> Result<Self, serde_json::Error> {
        let DayLine { user_id, full_name, department_id, date, version, row } = line;
        let at = Moment { zone: row.zone.clone(), ..at };
        at.message(
            Kind::Day,
            Day { date, version, row: BoardRowAnswer::new(user_id, full_name, department_id, Some(row)) },
        )
    }

    /// The answer to a ping.
    pub fn pong(at: Moment<'_>) -> Result<Self, serde_json::Error> {
        at.message(Kind::Pong, Nothing {})
    }

    /// The end of a replay, or of a time in which messages were dropped: a client reads everything but notifications again,
    /// and with `more` those too.
    pub fn resync(replayed: usize, more: bool, at: Moment<'_>) -> Result<Self, serde_json::Error> {
        at.message(Kind::Resync, Replayed { replayed, more })
    }

    /// What a client sent is not done.
    pub fn error(code: Refusal, at: Moment<'_>) -> Result<Self, serde_json::Error> {
        at.message(Kind::Error, Error { code, detail: code.detail() })
    }

    /// The text that is sent.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether the message may be dropped when API Gateway throttles: clients read what it says again after `resync`.
    pub(crate) const fn is_droppable(&self) -> bool {
        match self.kind {
            Kind::Presence | Kind::Day | Kind::Resync => true,
            Kind::Notification | Kind::Pong | Kind::Error => false,
        }
    }

    /// The type.
    pub const fn kind(&self) -> Kind {
        self.kind
    }

    fn of<T: Serialize>(envelope: &Envelope<T>) -> Result<Self, serde_json::Error> {
        serde_json::to_string(envelope).map(|text| Self { kind: envelope.kind, text: text.into() })
    }
}

/// When a message is made, with what its id is made of.
#[derive(Debug, Clone)]
pub struct Moment<'a> {
    at: Timestamp,
    zone: Zone,
    entropy: &'a dyn Entropy,
}

impl<'a> Moment<'a> {
    /// That instant. Where a message belongs to no zone it is shown in UTC.
    pub fn new(at: Timestamp, entropy: &'a dyn Entropy) -> Self {
        Self { at, zone: Zone::UTC, entropy }
    }

    fn message<T: Serialize>(self, kind: Kind, data: T) -> Result<Message, serde_json::Error> {
        let id = EventId::generate(self.at, self.entropy).to_string();
        Message::of(&Envelope { kind, id, at: Instant::new(self.at, &self.zone), data })
    }
}
