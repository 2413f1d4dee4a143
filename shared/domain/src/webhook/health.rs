//! Receivers: when they are left alone, and when their webhook is paused.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::{Attempt, Outcome, PauseReason, delivery::pause};

/// The time of failures without a success after which a webhook is paused.
const MAX_FAILING_TIME: SignedDuration = SignedDuration::from_hours(5 * 24);

/// The pauses of a receiver after failures, in seconds. The last one repeats.
const RECEIVER_PAUSES: [i64; 4] = [5, 30, 120, 300];

/// The longest pause that a receiver may ask for with `Retry-After`.
const MAX_RETRY_AFTER: SignedDuration = SignedDuration::from_hours(1);

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
