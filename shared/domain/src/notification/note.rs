//! A notification in someone's inbox.

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

/// The number of days for which an inbox keeps its notifications.
pub const KEPT_DAYS: i64 = 90;

/// A notification in one person's inbox.
///
/// The id is assigned on arrival and increases with each notification of the inbox, even if the clock goes backward. So the
/// notifications that arrived after another one are exactly those with a greater id.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Notification {
    /// The id.
    pub id: NotificationId,
    /// The kind of notification.
    pub kind: NotificationKind,
    /// The text.
    #[serde(flatten)]
    pub text: NotificationText,
    /// The ids and figures that the notification is about.
    #[serde(default)]
    pub data: BTreeMap<String, Value>,
    /// The instant of the event.
    pub created_at: Timestamp,
    /// The zone in which instants are shown: that of the person that the notification is about.
    pub zone: Zone,
    /// The event that caused the notification.
    pub event_id: EventId,
    /// The instant at which the notification was read on its own. [`super::Inbox::read_at`] also includes the times when all were
    /// read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub read_at: Option<Timestamp>,
}

impl Notification {
    /// Creates the notification from a draft that arrives in an inbox whose newest notification is `last`.
    pub fn arrived(draft: &NotificationDraft, last: Option<NotificationNumber>, now: Timestamp) -> Self {
        let NotificationDraft { to, event_id, kind, text, data, created_at, zone } = draft.clone();
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

    /// Returns the position in the inbox.
    pub fn number(&self) -> NotificationNumber {
        self.id.number().into()
    }

    /// Returns the recipient.
    pub const fn to(&self) -> UserId {
        self.id.owner()
    }

    /// Returns the instant from which the notification may be deleted.
    pub fn forgotten_at(&self) -> Timestamp {
        let arrived = i64::try_from(self.id.number().timestamp_ms()).unwrap_or(i64::MAX);
        let arrived = Timestamp::from_millisecond(arrived).unwrap_or(self.created_at);
        arrived.saturating_add((24 * KEPT_DAYS).hours()).unwrap_or(Timestamp::MAX)
    }
}

/// Returns a number that sorts before every notification that is still kept.
pub fn oldest_kept(now: Timestamp) -> NotificationNumber {
    let oldest = now.saturating_sub((24 * KEPT_DAYS).hours()).unwrap_or(Timestamp::UNIX_EPOCH);
    first_at(oldest)
}

/// Returns the number of the next notification: the time, or the number after `last` where the clock didn't advance.
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
