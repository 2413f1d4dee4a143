//! The lock-out after failed attempts at a secret.

use jiff::{SignedDuration, Timestamp, ToSpan};
use serde::{Deserialize, Serialize};

/// The number of failures within the window that locks a secret.
const FAILURES: usize = 5;
/// How long a failure counts, in minutes.
const WINDOW_MINUTES: i64 = 15;
/// The number of failures at one username in a day (UTC) after which unknown devices wait before each attempt.
pub const MAX_DAILY_FAILURES: u64 = 100;
/// How long an unknown device then waits before an attempt: 1 hour.
const WAIT: SignedDuration = SignedDuration::from_hours(1);
/// How long the right to an attempt remains after the wait: 1 day.
const WAIT_KEPT: SignedDuration = SignedDuration::from_hours(24);

/// The failed attempts at a secret from one device or network that still count, oldest first. After five failures within 15
/// minutes, no secret is checked until the oldest of them is 15 minutes old.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FailedAttempts {
    failed_at: Vec<Timestamp>,
    /// The instant since which the device waits for its next attempt, while each attempt requires a wait of one hour.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    waiting_since: Option<Timestamp>,
}

/// Whether an attempt is admitted, that is, whether its secret is checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Admission {
    /// The secret is checked.
    Open,
    /// The secret isn't checked before an instant, even if it is right.
    Locked {
        /// The end of the lock.
        until: Timestamp,
    },
    /// The device must wait from now until an instant.
    MustWait {
        /// The end of the wait.
        until: Timestamp,
    },
}

impl FailedAttempts {
    /// Returns whether the secret is checked. If `is_slow` is true, each attempt from this device requires a wait of one hour.
    pub fn admission(&self, is_slow: bool, now: Timestamp) -> Admission {
        if let Some(until) = self.locked_until(now) {
            return Admission::Locked { until };
        }
        match (is_slow, self.waiting_since) {
            (false, _) => Admission::Open,
            (true, Some(since)) if waited_at(since) <= now && now < kept_until(since) => Admission::Open,
            (true, Some(since)) if since <= now && now < waited_at(since) => {
                Admission::Locked { until: waited_at(since) }
            }
            (true, Some(_) | None) => Admission::MustWait { until: waited_at(now) },
        }
    }

    /// These attempts, with a wait that starts now.
    #[must_use]
    pub fn waiting(&self, now: Timestamp) -> Self {
        Self { waiting_since: Some(now), ..self.clone() }
    }

    /// The failures from an instant on. Earlier failures were guesses at an earlier secret.
    #[must_use]
    pub fn since(&self, instant: Option<Timestamp>) -> Self {
        let Some(instant) = instant else { return self.clone() };
        Self {
            failed_at: self.failed_at.iter().copied().filter(|at| instant <= *at).collect(),
            waiting_since: self.waiting_since.filter(|since| instant <= *since),
        }
    }

    /// The instant until which no secret is checked, even a right one; `None` if there is no lock.
    pub fn locked_until(&self, now: Timestamp) -> Option<Timestamp> {
        let mut counting = self.failed_at.iter().rev().filter(|at| counts(**at, now));
        counting.nth(FAILURES - 1).map(|oldest| end_of(*oldest))
    }

    /// These attempts and one that fails now. If the device waits before its attempts, the wait for the next one starts now.
    #[must_use]
    pub fn and_one_more(&self, now: Timestamp) -> Self {
        let counting = self.failed_at.iter().copied().filter(|at| counts(*at, now));
        let mut failed_at: Vec<_> = counting.chain([now]).collect();
        // Failures older than the last five can't lock any longer than those five do.
        failed_at.drain(..failed_at.len().saturating_sub(FAILURES));
        Self { failed_at, waiting_since: self.waiting_since.map(|_| now) }
    }

    /// The instant from which no failure counts.
    pub fn forgotten_at(&self) -> Option<Timestamp> {
        self.failed_at.last().map(|last| end_of(*last)).max(self.waiting_since.map(kept_until))
    }
}

fn counts(failed_at: Timestamp, now: Timestamp) -> bool {
    // Clocks differ a little, and may be set back: a failure a few minutes in the future counts, a failure next year doesn't.
    failed_at < end_of(now) && now < end_of(failed_at)
}

fn end_of(failed_at: Timestamp) -> Timestamp {
    failed_at.saturating_add(WINDOW_MINUTES.minutes()).unwrap_or(Timestamp::MAX)
}

fn waited_at(since: Timestamp) -> Timestamp {
    since.saturating_add(WAIT).unwrap_or(Timestamp::MAX)
}

fn kept_until(since: Timestamp) -> Timestamp {
    since.saturating_add(WAIT_KEPT).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn minute(minutes: i64) -> Timestamp {
        "2026-11-02T08:00:00Z".parse::<Timestamp>().unwrap() + minutes.minutes()
    }

    fn failed_at(minutes: &[i64]) -> FailedAttempts {
        minutes.iter().fold(FailedAttempts::default(), |attempts, at| attempts.and_one_more(minute(*at)))
    }

    #[test]
    fn five_failures_within_fifteen_minutes_lock_until_the_first_is_forgotten() {
        assert_eq!(failed_at(&[0, 1, 2, 3]).locked_until(minute(3)), None);
        let locked = failed_at(&[0, 1, 2, 3, 4]);
        assert_eq!(locked.locked_until(minute(4)), Some(minute(15)));
        assert_eq!(locked.locked_until(minute(14)), Some(minute(15)));
        assert_eq!(locked.locked_until(minute(15)), None);
        assert_eq!(locked.admission(false, minute(4)), Admission::Locked { until: minute(15) });
    }

    #[test]
    fn failures_further_apart_do_not_lock() {
        assert_eq!(failed_at(&[0, 4, 8, 12, 16]).locked_until(minute(16)), None);
        // The window slides: any 15 minutes count.
        assert_eq!(failed_at(&[0, 10, 11, 12, 16, 17]).locked_until(minute(17)), Some(minute(25)));
    }

    #[test]
    fn a_clock_set_back_does_not_lock_for_ever() {
        let failed = failed_at(&[600, 600, 600, 600, 600]);
        assert_eq!(failed.locked_until(minute(0)), None);
        assert_eq!(failed.locked_until(minute(599)), Some(minute(615)));
        assert_eq!(failed.waiting(minute(600)).admission(true, minute(0)), Admission::MustWait { until: minute(60) });
    }

    #[test]
    fn at_most_five_failures_are_kept() {
        assert_eq!(failed_at(&[0, 0, 0, 0, 0, 0, 0]).failed_at.len(), 5);
        assert_eq!(failed_at(&[0, 20]).failed_at, [minute(20)]);
        assert_eq!(failed_at(&[0, 3]).forgotten_at(), Some(minute(18)));
        assert_eq!(FailedAttempts::default().forgotten_at(), None);
    }

    #[test]
    fn failures_before_a_new_secret_do_not_count() {
        let locked = failed_at(&[0, 1, 2, 3, 4]);
        assert_eq!(locked.since(Some(minute(0))), locked);
        assert_eq!(locked.since(Some(minute(1))).locked_until(minute(5)), None);
        assert_eq!(locked.since(None).locked_until(minute(5)), Some(minute(15)));
        assert_eq!(locked.waiting(minute(4)).since(Some(minute(5))), FailedAttempts::default());
    }

    #[test]
    fn where_each_attempt_takes_an_hour_an_unknown_device_waits_before_each() {
        let fresh = FailedAttempts::default();
        assert_eq!(fresh.admission(false, minute(0)), Admission::Open);
        assert_eq!(fresh.admission(true, minute(0)), Admission::MustWait { until: minute(60) });
        let waiting = fresh.waiting(minute(0));
        assert_eq!(waiting.admission(true, minute(59)), Admission::Locked { until: minute(60) });
        assert_eq!(waiting.admission(true, minute(60)), Admission::Open);
        let failed = waiting.and_one_more(minute(60));
        assert_eq!(failed.admission(true, minute(61)), Admission::Locked { until: minute(120) });
        assert_eq!(failed.forgotten_at(), Some(minute(60 + 24 * 60)));
        // A device that returns after more than a day waits again.
        let late = minute(24 * 60);
        assert!(matches!(waiting.admission(true, late), Admission::MustWait { .. }));
    }

    #[test]
    fn attempts_of_0_1_0_are_read() {
        let stored = r#"{"failed_at": ["2026-11-02T08:00:00Z"]}"#;
        assert_eq!(serde_json::from_str::<FailedAttempts>(stored).unwrap(), failed_at(&[0]));
    }
}
