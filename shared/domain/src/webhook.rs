//! Webhooks, through which the company's own systems receive events, and the deliveries to them.
//!
//! Two rules decide when a delivery is attempted. Each delivery has a retry schedule of its own ([`Delivery::attempted`]), so a
//! receiver that refuses one event doesn't delay others. A receiver that is down is left alone for a pause
//! ([`Health::after`]). After the pause, one delivery is attempted. If it succeeds, all others follow in the order of their
//! events.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    event::Subject,
    id::{EventId, UserId, WebhookId},
    patch_field::changed_fields,
    text::Name,
};

/// The most webhooks of a company.
pub const MAX_WEBHOOKS: usize = 20;

/// The number of days after which a delivery is removed.
pub const DELIVERY_DAYS: i64 = 30;

/// The time for which a delivery is retried.
const RETRY_TIME: SignedDuration = SignedDuration::from_hours(3 * 24);

/// The time of failures without a success after which a webhook is paused.
const MAX_FAILING_TIME: SignedDuration = SignedDuration::from_hours(5 * 24);

/// The pauses before the retries of a delivery, in seconds. The last one repeats.
const RETRY_PAUSES: [i64; 6] = [5, 60, 300, 900, 1_800, 3_600];

/// The pauses of a receiver after failures, in seconds. The last one repeats.
const RECEIVER_PAUSES: [i64; 4] = [5, 30, 120, 300];

/// The longest pause that a receiver may ask for with `Retry-After`.
const MAX_RETRY_AFTER: SignedDuration = SignedDuration::from_hours(1);

/// The kind of the event that tests a webhook.
const TEST: &str = "webhook_test";

/// A webhook.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Webhook {
    /// The id.
    pub id: WebhookId,
    /// The address that receives events.
    pub url: String,
    /// The kinds of facts of which at least one must be in an event; empty for all events.
    #[serde(default)]
    pub kinds: BTreeSet<String>,
    /// The name of the receiving system.
    pub description: Name,
    /// Whether events are delivered.
    pub active: bool,
    /// The reason and the time of a pause; absent unless the receiver kept failing.
    #[serde(default)]
    pub paused: Option<Pause>,
    /// The instant at which the webhook was created.
    pub created_at: Timestamp,
    /// The administrator who created it.
    pub created_by: UserId,
    /// The number of changes.
    pub version: u64,
}

/// A change of a webhook. Absent fields stay as they are.
#[derive(Debug, Clone, Default)]
pub struct WebhookUpdate {
    /// The new address.
    pub url: Option<String>,
    /// The new kinds of facts.
    pub kinds: Option<BTreeSet<String>>,
    /// The new name of the receiving system.
    pub description: Option<Name>,
    /// Whether events are delivered from now on. True ends a pause.
    pub active: Option<bool>,
}

impl WebhookUpdate {
    /// Returns the changed webhook, with its version unchanged, and the names of the changed fields.
    pub fn apply(&self, before: &Webhook) -> (Webhook, Vec<String>) {
        let Self { url, kinds, description, active } = self.clone();
        let after = Webhook {
            url: url.unwrap_or_else(|| before.url.clone()),
            kinds: kinds.unwrap_or_else(|| before.kinds.clone()),
            description: description.unwrap_or_else(|| before.description.clone()),
            active: active.unwrap_or(before.active),
            paused: before.paused.filter(|_| active != Some(true)),
            ..before.clone()
        };
        let fields = changed_fields([
            ("url", after.url != before.url),
            ("kinds", after.kinds != before.kinds),
            ("description", after.description != before.description),
            ("active", after.active != before.active),
        ]);
        (after, fields)
    }
}

/// The pause of a webhook. An admin ends it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pause {
    /// The instant from which nothing is delivered.
    pub at: Timestamp,
    /// The reason.
    pub reason: PauseReason,
}

/// The reason for which a webhook is paused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PauseReason {
    /// Every delivery of five days failed.
    Failing,
    /// The receiver answered 410: it wants no more events.
    Gone,
}

impl Webhook {
    /// Returns whether the webhook receives an event about `subject` with facts of these kinds. A test is only for the webhook
    /// that it tests.
    pub fn receives<'a>(&self, subject: &str, mut kinds: impl Iterator<Item = &'a str> + Clone) -> bool {
        let is_test = kinds.clone().any(|kind| kind == TEST);
        if is_test {
            return subject == Subject::Webhook(self.id).to_string();
        }
        self.active && (self.kinds.is_empty() || kinds.any(|kind| self.kinds.contains(kind)))
    }

    /// Returns whether a pending delivery may be sent now. Only tests are sent to a webhook that isn't active.
    pub fn delivers(&self, delivery: &Delivery) -> bool {
        self.active || delivery.kind == TEST
    }
}

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
fn pause(pauses: &[i64], failures: u32, now: Timestamp, jitter: f64) -> Timestamp {
    let index = usize::try_from(failures).unwrap_or(usize::MAX).min(pauses.len().saturating_sub(1));
    let seconds = pauses.get(index).copied().unwrap_or_default();
    let factor = 0.8 + 0.4 * jitter.clamp(0.0, 1.0);
    #[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "an hour in milliseconds")]
    let milliseconds = (seconds as f64 * 1_000.0 * factor) as i64;
    now.saturating_add(SignedDuration::from_millis(milliseconds)).unwrap_or(now)
}

/// The state of a webhook's receiver, apart from the webhook itself, which only admins change.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Health {
    /// The number of failures of the receiver since its last success.
    #[serde(default)]
    pub failures: u32,
    /// The instant until which the receiver is left alone.
    #[serde(default)]
    pub paused_until: Option<Timestamp>,
    /// The instant of the first failed attempt since the last success.
    #[serde(default)]
    pub failing_since: Option<Timestamp>,
}

impl Health {
    /// Returns whether the receiver is left alone.
    pub fn is_paused(&self, now: Timestamp) -> bool {
        self.paused_until.is_some_and(|until| now < until)
    }

    /// Returns whether the receiver was down at the last attempt. Then one delivery is attempted before all others.
    pub const fn is_down(&self) -> bool {
        self.failures > 0
    }

    /// Returns the state after an attempt. `retry_after` is the pause that the receiver asked for; `jitter` is a random number
    /// from 0 to 1.
    #[must_use]
    pub fn after(self, attempt: Attempt, retry_after: Option<SignedDuration>, jitter: f64) -> Self {
        let failing_since = Some(self.failing_since.unwrap_or(attempt.at));
        match attempt.result.outcome() {
            Outcome::Accepted => Self::default(),
            Outcome::Refused | Outcome::Gone => Self { failing_since, ..Self::default() },
            Outcome::Down => {
                let planned = pause(&RECEIVER_PAUSES, self.failures, attempt.at, jitter);
                let asked = retry_after
                    .map(|pause| attempt.at.saturating_add(pause.min(MAX_RETRY_AFTER)).unwrap_or(attempt.at));
                Self {
                    failures: self.failures.saturating_add(1),
                    paused_until: Some(asked.map_or(planned, |asked| asked.max(planned))),
                    failing_since,
                }
            }
        }
    }

    /// Returns the reason to pause the webhook after an attempt, if there is one.
    pub fn reason_to_pause(&self, attempt: Attempt) -> Option<PauseReason> {
        match attempt.result.outcome() {
            Outcome::Accepted => None,
            Outcome::Gone => Some(PauseReason::Gone),
            Outcome::Refused | Outcome::Down => {
                let since = self.failing_since?;
                (MAX_FAILING_TIME <= attempt.at.duration_since(since)).then_some(PauseReason::Failing)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn delivery() -> Delivery {
        Delivery {
            id: "01JBN2V7Q4W0M3T9K5ZXH8R6EV".parse().unwrap(),
            webhook_id: "01JBN2V7Q4W0M3T9K5ZXH8R6WH".parse().unwrap(),
            subject: "settings".to_owned(),
            kind: "settings_changed".to_owned(),
            at: at("2026-11-02T08:00:00Z"),
            body: "{}".to_owned(),
            status: DeliveryStatus::Pending,
            attempts: 0,
            due_at: at("2026-11-02T08:00:00Z"),
            since: at("2026-11-02T08:00:00Z"),
            last_attempt: None,
            version: 1,
        }
    }

    fn attempt(time: &str, status: u16) -> Attempt {
        Attempt { at: at(time), result: AttemptResult::Answered(status) }
    }

    #[test]
    fn activating_a_webhook_ends_its_pause_and_other_changes_keep_it() {
        let paused = Webhook {
            id: "01JBN2V7Q4W0M3T9K5ZXH8R6WH".parse().unwrap(),
            url: "https://payroll.example.com/rollcall".to_owned(),
            kinds: BTreeSet::new(),
            description: Name::parse("Payroll").unwrap(),
            active: true,
            paused: Some(Pause { at: at("2026-11-02T08:00:00Z"), reason: PauseReason::Failing }),
            created_at: at("2026-11-01T08:00:00Z"),
            created_by: "01JBN2V7Q4W0M3T9K5ZXH8R6CD".parse().unwrap(),
            version: 1,
        };
        let renamed = WebhookUpdate { description: Name::parse("Wages").ok(), ..WebhookUpdate::default() };
        let (after, fields) = renamed.apply(&paused);
        assert_eq!((after.paused, fields), (paused.paused, vec!["description".to_owned()]));
        let activated = WebhookUpdate { active: Some(true), ..WebhookUpdate::default() };
        assert_eq!(activated.apply(&paused).0.paused, None);
        let stopped = WebhookUpdate { active: Some(false), ..WebhookUpdate::default() };
        assert_eq!(stopped.apply(&paused).0.paused, paused.paused);
        let (same, fields) = WebhookUpdate::default().apply(&paused);
        assert_eq!((same, fields.is_empty()), (paused, true));
    }

    #[test]
    fn a_status_tells_a_refused_event_from_a_receiver_that_is_down() {
        let outcome = |status| AttemptResult::Answered(status).outcome();
        for status in [200, 204, 299] {
            assert_eq!(outcome(status), Outcome::Accepted, "{status}");
        }
        for status in [301, 302, 400, 401, 404, 422] {
            assert_eq!(outcome(status), Outcome::Refused, "{status}");
        }
        for status in [408, 429, 500, 502, 503, 504, 599] {
            assert_eq!(outcome(status), Outcome::Down, "{status}");
        }
        assert_eq!(outcome(410), Outcome::Gone);
        assert_eq!(AttemptResult::NoAnswer(DeliveryError::TimedOut).outcome(), Outcome::Down);
    }

    #[test]
    fn retries_go_on_for_three_days_with_growing_pauses() {
        let (mut delivery, mut times) = (delivery(), Vec::new());
        let began = delivery.since;
        while delivery.status == DeliveryStatus::Pending {
            times.push(delivery.due_at.duration_since(began).as_secs());
            let at = delivery.due_at;
            delivery = delivery.attempted(Attempt { at, result: AttemptResult::Answered(500) }, 0.5);
        }
        assert_eq!(times[..7], [0, 5, 65, 365, 1_265, 3_065, 6_665]);
        assert_eq!(delivery.status, DeliveryStatus::Failed);
        let last = times.last().unwrap();
        assert!((3 * 86_400..3 * 86_400 + 3_600).contains(last), "{last}");
        assert!(times.len() < 80, "{}", times.len());
    }

    #[test]
    fn jitter_moves_a_retry_by_a_fifth_at_most() {
        let due = |jitter| delivery().attempted(attempt("2026-11-02T08:00:00Z", 500), jitter).due_at;
        assert_eq!(due(0.0), at("2026-11-02T08:00:04Z"));
        assert_eq!(due(1.0), at("2026-11-02T08:00:06Z"));
    }

    #[test]
    fn a_delivery_is_done_once_and_can_be_replayed() {
        let delivered = delivery().attempted(attempt("2026-11-02T08:00:01Z", 204), 0.5);
        assert_eq!((delivered.status, delivered.attempts, delivered.version), (DeliveryStatus::Delivered, 1, 2));
        let replayed = delivered.replayed(at("2026-11-09T08:00:00Z"));
        assert_eq!((replayed.status, replayed.attempts), (DeliveryStatus::Pending, 0));
        assert_eq!(replayed.due_at, at("2026-11-09T08:00:00Z"));
        let failed = replayed.attempted(attempt("2026-11-09T08:00:00Z", 500), 0.5);
        assert_eq!(failed.status, DeliveryStatus::Pending, "three days begin again");
    }

    #[test]
    fn a_receiver_that_is_down_is_left_alone_for_five_minutes_at_most() {
        let mut health = Health::default();
        let mut pauses = Vec::new();
        for _ in 0..6 {
            let now = health.paused_until.unwrap_or(at("2026-11-02T08:00:00Z"));
            assert!(!health.is_paused(now));
            health = health.after(Attempt { at: now, result: AttemptResult::Answered(503) }, None, 0.5);
            pauses.push(health.paused_until.unwrap().duration_since(now).as_secs());
        }
        assert_eq!(pauses, [5, 30, 120, 300, 300, 300]);
        assert!(health.is_down());
        assert_eq!(health.after(attempt("2026-11-02T09:00:00Z", 200), None, 0.5), Health::default());
    }

    #[test]
    fn a_receiver_may_ask_for_a_longer_pause_of_an_hour_at_most() {
        let paused = |seconds| {
            let asked = Some(SignedDuration::from_secs(seconds));
            Health::default().after(attempt("2026-11-02T08:00:00Z", 429), asked, 0.5).paused_until
        };
        assert_eq!(paused(1), Some(at("2026-11-02T08:00:05Z")));
        assert_eq!(paused(600), Some(at("2026-11-02T08:10:00Z")));
        assert_eq!(paused(86_400), Some(at("2026-11-02T09:00:00Z")));
    }

    #[test]
    fn a_refused_event_pauses_no_other() {
        let health = Health::default().after(attempt("2026-11-02T08:00:00Z", 422), None, 0.5);
        assert!(!health.is_down() && health.paused_until.is_none());
        assert_eq!(health.failing_since, Some(at("2026-11-02T08:00:00Z")));
    }

    #[test]
    fn five_days_of_failures_or_a_410_pause_the_webhook() {
        let health = Health::default().after(attempt("2026-11-02T08:00:00Z", 500), None, 0.5);
        assert_eq!(health.reason_to_pause(attempt("2026-11-07T07:59:59Z", 500)), None);
        assert_eq!(health.reason_to_pause(attempt("2026-11-07T08:00:00Z", 500)), Some(PauseReason::Failing));
        assert_eq!(health.reason_to_pause(attempt("2026-11-07T08:00:00Z", 404)), Some(PauseReason::Failing));
        assert_eq!(health.reason_to_pause(attempt("2026-11-07T08:00:00Z", 200)), None);
        assert_eq!(Health::default().reason_to_pause(attempt("2026-11-02T08:00:00Z", 410)), Some(PauseReason::Gone));
    }

    #[test]
    fn a_webhook_receives_its_kinds_and_its_own_tests() {
        let webhook = Webhook {
            id: "01JBN2V7Q4W0M3T9K5ZXH8R6WH".parse().unwrap(),
            url: "https://hooks.example.com".to_owned(),
            kinds: BTreeSet::from(["late".to_owned()]),
            description: Name::parse("Payroll").unwrap(),
            active: true,
            paused: None,
            created_at: Timestamp::UNIX_EPOCH,
            created_by: "01JBN2V7Q4W0M3T9K5ZXH8R6CD".parse().unwrap(),
            version: 1,
        };
        let receives =
            |webhook: &Webhook, subject: &str, kinds: &[&str]| webhook.receives(subject, kinds.iter().copied());
        assert!(receives(&webhook, "user:01JBN2V7Q4W0M3T9K5ZXH8R6CD", &["clocked_in", "late"]));
        assert!(!receives(&webhook, "settings", &["settings_changed"]));
        assert!(receives(&webhook, "webhook:01JBN2V7Q4W0M3T9K5ZXH8R6WH", &["webhook_test"]));
        let everything = Webhook { kinds: BTreeSet::new(), ..webhook };
        assert!(receives(&everything, "settings", &["settings_changed"]));
        assert!(!receives(&everything, "webhook:01JBN2V7Q4W0M3T9K5ZXH8R6WJ", &["webhook_test"]), "of another one");
        let paused = Webhook { active: false, ..everything };
        assert!(!receives(&paused, "settings", &["settings_changed"]));
        assert!(receives(&paused, "webhook:01JBN2V7Q4W0M3T9K5ZXH8R6WH", &["webhook_test"]));
    }
}
