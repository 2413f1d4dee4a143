//! Messages in the format of docs/live.md: `{"type", "id", "at", "data"}`.

use std::sync::Arc;

use domain::{
    calendar::{WorkDate, Zone},
    day::PresenceKind,
    id::{EventId, UserId},
    notification::{DayLine, Notification, PresenceChange},
    ports::Entropy,
};
use jiff::Timestamp;
use serde::Serialize;
use web::{
    answers::{BoardRowAnswer, NotificationAnswer},
    instant::Instant,
};

/// A message, ready to be sent to any number of connections.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message(Arc<str>);

/// Why something that a client sent is not done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// It is no JSON object with an `action` that there is.
    UnknownAction,
    /// What it says to resume from is no notification of the person's.
    UnknownNotification,
    /// It couldn't be done now.
    Unavailable,
}

impl Refusal {
    const fn detail(self) -> &'static str {
        match self {
            Self::UnknownAction => {
                r#"Send {"action": "ping"} or {"action": "resume", "since": "<the id of a notification>"}."#
            }
            Self::UnknownNotification => "`since` must be the id of a notification of yours.",
            Self::Unavailable => "Try again.",
        }
    }
}

#[derive(Serialize)]
struct Envelope<T> {
    #[serde(rename = "type")]
    kind: &'static str,
    id: String,
    at: Instant,
    data: T,
}

#[derive(Serialize)]
struct Changes {
    changes: Vec<Change>,
}

#[derive(Serialize)]
struct Change {
    user_id: UserId,
    presence: PresenceKind,
    at: Instant,
    version: u64,
}

#[derive(Serialize)]
struct Day {
    date: WorkDate,
    version: u64,
    #[serde(flatten)]
    row: BoardRowAnswer,
}

#[derive(Serialize)]
struct Replayed {
    /// How many notifications were sent again before.
    replayed: usize,
    /// Whether there are more of them than that.
    more: bool,
}

#[derive(Serialize)]
struct Error {
    code: Refusal,
    detail: &'static str,
}

impl Message {
    /// An item of an inbox. Its id is the notification's: what a client resumes from.
    pub fn notification(note: Notification, read_at: Option<Timestamp>) -> Result<Self, serde_json::Error> {
        let data = NotificationAnswer::new(note, read_at);
        Self::of(&Envelope { kind: "notification", id: data.id.to_string(), at: data.created_at.clone(), data })
    }

    /// Where people of a department are.
    pub fn presence(changes: Vec<PresenceChange>, at: Moment<'_>) -> Result<Self, serde_json::Error> {
        let changes = changes.into_iter().map(|PresenceChange { user_id, presence, at, zone, version }| Change {
            user_id,
            presence,
            at: Instant::new(at, &zone),
            version,
        });
        at.message("presence", Changes { changes: changes.collect() })
    }

    /// A person's day.
    pub fn day(line: DayLine, at: Moment<'_>) -> Result<Self, serde_json::Error> {
        let DayLine { user_id, full_name, department_id, date, version, row } = line;
        let at = Moment { zone: row.zone.clone(), ..at };
        at.message("day", Day { date, version, row: BoardRowAnswer::new(user_id, full_name, department_id, Some(row)) })
    }

    /// The answer to a ping.
    pub fn pong(at: Moment<'_>) -> Result<Self, serde_json::Error> {
        at.message("pong", serde_json::Map::new())
    }

    /// The end of a replay: everything but notifications is to be read anew.
    pub fn resync(replayed: usize, more: bool, at: Moment<'_>) -> Result<Self, serde_json::Error> {
        at.message("resync", Replayed { replayed, more })
    }

    /// What a client sent is not done.
    pub fn error(code: Refusal, at: Moment<'_>) -> Result<Self, serde_json::Error> {
        at.message("error", Error { code, detail: code.detail() })
    }

    /// The text that is sent.
    pub fn text(&self) -> &str {
        &self.0
    }

    fn of<T: Serialize>(envelope: &Envelope<T>) -> Result<Self, serde_json::Error> {
        serde_json::to_string(envelope).map(|text| Self(text.into()))
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

    fn message<T: Serialize>(self, kind: &'static str, data: T) -> Result<Message, serde_json::Error> {
        let id = EventId::generate(self.at, self.entropy).to_string();
        Message::of(&Envelope { kind, id, at: Instant::new(self.at, &self.zone), data })
    }
}
