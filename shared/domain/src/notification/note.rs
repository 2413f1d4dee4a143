//! An item of someone's inbox.

use std::collections::BTreeMap;

use jiff::{Timestamp, ToSpan};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use ulid::Ulid;

use super::{NotificationDraft, NotificationKind, NotificationText};
use crate::{
    calendar::Zone,
    id::{EventId, NotificationNumber, UserId},
};

pub use crate::owned_id::NotificationId;

/// For how many days an inbox keeps its items.
pub const KEPT_DAYS: i64 = 90;

/// News as one person has them.
///
/// Its id is given when it arrives and grows with each item of the inbox, whatever the clock does: what arrived after an
/// item is just what has a greater id.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Notification {
    /// Which.
    pub id: NotificationId,
    /// What kind of news.
    pub kind: NotificationKind,
    /// What it says.
    #[serde(flatten)]
    pub text: NotificationText,
    /// The ids and figures that it is about.
    #[serde(default)]
    pub data: BTreeMap<String, Value>,
    /// When it happened.
    pub created_at: Timestamp,
    /// The zone that its instants are shown in: that of the person it is about.
    pub zone: Zone,
    /// The event that told of it.
    pub event_id: EventId,
    /// When it was read, if by itself; [`super::Inbox::read_at`] knows of all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub read_at: Option<Timestamp>,
}

impl Notification {
    /// A letter as it arrives in an inbox whose newest item is `last`.
    pub fn arrived(letter: &NotificationDraft, last: Option<NotificationNumber>, now: Timestamp) -> Self {
        let NotificationDraft { to, event_id, kind, text, data, created_at, zone } = letter.clone();
        Self {
            id: NotificationId::of(to, number_after(last, now).ulid()),
            kind,
            text,
            data,
            created_at,
            zone,
            event_id,
            read_at: None,
        }
    }

    /// Its place in the inbox.
    pub fn number(&self) -> NotificationNumber {
        self.id.number().into()
    }

    /// Whose it is.
    pub const fn to(&self) -> UserId {
        self.id.owner()
    }

    /// The instant from which on it may be forgotten.
    pub fn forgotten_at(&self) -> Timestamp {
        let arrived = i64::try_from(self.id.number().timestamp_ms()).unwrap_or(i64::MAX);
        let arrived = Timestamp::from_millisecond(arrived).unwrap_or(self.created_at);
        arrived.saturating_add((24 * KEPT_DAYS).hours()).unwrap_or(Timestamp::MAX)
    }
}

/// What sorts before every item that is still kept.
pub fn oldest_kept(now: Timestamp) -> NotificationNumber {
    let oldest = now.saturating_sub((24 * KEPT_DAYS).hours()).unwrap_or(Timestamp::UNIX_EPOCH);
    first_at(oldest)
}

/// The number of the next item: the time while it goes forward, else just the next number.
fn number_after(last: Option<NotificationNumber>, now: Timestamp) -> NotificationNumber {
    let by_the_clock = first_at(now);
    match last {
        Some(last) if by_the_clock <= last => Ulid::from(u128::from(last.ulid()).saturating_add(1)).into(),
        Some(_) | None => by_the_clock,
    }
}

fn first_at(at: Timestamp) -> NotificationNumber {
    Ulid::from_parts(u64::try_from(at.as_millisecond()).unwrap_or(0), 0).into()
}
