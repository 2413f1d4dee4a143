//! Deliveries of events, and their retries.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::id::{EventId, WebhookId};

/// The number of days after which a delivery is removed.
pub const DELIVERY_DAYS: i64 = 30;

/// The time for which a delivery is retried.
const RETRY_TIME: SignedDuration = SignedDuration::from_hours(3 * 24);

/// The pauses before the retries of a delivery, in seconds. The last one repeats.
const RETRY_PAUSES: [i64; 6] = [5, 60, 300, 900, 1_800, 3_600];

/// The state of a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryStatus {
    /// The next attempt is due at `due_at`.
    Pending,
    /// The receiver has accepted the event.
    Delivered,
    /// The receiver didn't accept the event within three days.
    Failed,
}

/// The delivery of an event to a webhook.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    /// The id of the event, which is also the `webhook-id`.
    pub id: EventId,
    /// The webhook.
    pub webhook_id: WebhookId,
    /// The subject of the event.
    pub subject: String,
    /// The kind of the event's first fact.
    pub kind: String,
    /// The instant of the event.
    pub at: Timestamp,
    /// The body of the request: the bytes that are signed.
    pub body: String,
    /// The state.
    pub status: DeliveryStatus,
    /// The number of attempts since the delivery was created or replayed.
    pub attempts: u32,
    /// The instant from which the next attempt is due.
    pub due_at: Timestamp,
    /// The instant at which the delivery was created or replayed. Retries end three days later.
    pub since: Timestamp,
    /// The last attempt.
    #[serde(default)]
    pub last_attempt: Option<Attempt>,
    /// The number of changes.
    pub version: u64,
}

/// An attempt to deliver an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempt {
    /// The instant of the attempt.
    pub at: Timestamp,
    /// The result.
    pub result: AttemptResult,
}

/// The result of an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AttemptResult {
    /// The receiver answered with this status.
    Answered(u16),
    /// There was no answer.
    NoAnswer(DeliveryError),
}

/// The reason for which an attempt got no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryError {
    /// The name has no address.
    Unresolved,
    /// One of the addresses isn't public, or the URL isn't allowed.
    NotPublic,
    /// No address accepts a connection.
    Unreachable,
    /// The certificate isn't valid for the name, or the encryption failed in another way.
    Tls,
    /// The answer isn't HTTP, or the connection ended before it.
    Broken,
    /// The answer took too long.
    TimedOut,
}

/// The meaning of an attempt's result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The receiver accepted the event.
    Accepted,
    /// The receiver refused this event. Other events may be accepted.
    Refused,
    /// The receiver is down or overloaded. It is left alone for a pause.
    Down,
    /// The receiver wants no more events.
    Gone,
}

impl AttemptResult {
    /// Returns the meaning of the result.
    pub const fn outcome(self) -> Outcome {
        match self {
            Self::Answered(200..=299) => Outcome::Accepted,
            Self::Answered(410) => Outcome::Gone,
            Self::Answered(408 | 429 | 500..) | Self::NoAnswer(_) => Outcome::Down,
            Self::Answered(_) => Outcome::Refused,
        }
    }
}

impl Delivery {
    /// Returns the delivery after an attempt. `jitter` is a random number from 0 to 1.
    #[must_use]
    pub fn attempted(self, attempt: Attempt, jitter: f64) -> Self {
        let attempts = self.attempts.saturating_add(1);
        let due_at = pause(&RETRY_PAUSES, self.attempts, attempt.at, jitter);
        let status = match attempt.result.outcome() {
            Outcome::Accepted => DeliveryStatus::Delivered,
            Outcome::Refused | Outcome::Down | Outcome::Gone if attempt.at.duration_since(self.since) < RETRY_TIME => {
                DeliveryStatus::Pending
            }
            Outcome::Refused | Outcome::Down | Outcome::Gone => DeliveryStatus::Failed,
        };
        Self { attempts, due_at, status, last_attempt: Some(attempt), version: self.version + 1, ..self }
    }

    /// Returns the delivery that is to be sent again.
    #[must_use]
    pub fn replayed(self, now: Timestamp) -> Self {
        Self {
            status: DeliveryStatus::Pending,
            attempts: 0,
            due_at: now,
            since: now,
            version: self.version + 1,
            ..self
        }
    }

    /// Returns the instant after which the delivery is removed.
    pub fn expires_at(&self) -> Timestamp {
        self.since.saturating_add(SignedDuration::from_hours(24 * DELIVERY_DAYS)).unwrap_or(Timestamp::MAX)
    }
}

/// Returns the end of a pause after `failures` earlier failures: 80 to 120 percent of the planned time, so that retries of
/// many deliveries don't meet.
pub(super) fn pause(pauses: &[i64], failures: u32, now: Timestamp, jitter: f64) -> Timestamp {
    let index = usize::try_from(failures).unwrap_or(usize::MAX).min(pauses.len().saturating_sub(1));
    let seconds = pauses.get(index).copied().unwrap_or_default();
    let factor = 0.8 + 0.4 * jitter.clamp(0.0, 1.0);
    #[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "an hour in milliseconds")]
    let milliseconds = (seconds as f64 * 1_000.0 * factor) as i64;
    now.saturating_add(SignedDuration::from_millis(milliseconds)).unwrap_or(now)
}
