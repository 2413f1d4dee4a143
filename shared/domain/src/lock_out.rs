//! How often a secret may be guessed before guessing stops.

use jiff::{Timestamp, ToSpan};
use serde::{Deserialize, Serialize};

/// So many failures within the window lock.
const FAILURES: usize = 5;
/// How long a failure counts.
const WINDOW_MINUTES: i64 = 15;

/// The failed attempts at a secret that still count, oldest first. After five within 15 minutes no more are looked at
/// until the oldest of them is 15 minutes old.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FailedAttempts {
    failed_at: Vec<Timestamp>,
}

impl FailedAttempts {
    /// Until when the secret isn't looked at, however right it may be.
    pub fn locked_until(&self, now: Timestamp) -> Option<Timestamp> {
        let mut counting = self.failed_at.iter().rev().filter(|at| counts(**at, now));
        counting.nth(FAILURES - 1).map(|oldest| end_of(*oldest))
    }

    /// These attempts and one that fails now.
    #[must_use]
    pub fn and_one_more(&self, now: Timestamp) -> Self {
        let counting = self.failed_at.iter().copied().filter(|at| counts(*at, now));
        let mut failed_at: Vec<_> = counting.chain([now]).collect();
        // What is older than the last five can't lock any longer than those do.
        failed_at.drain(..failed_at.len().saturating_sub(FAILURES));
        Self { failed_at }
    }

    /// From when on none of them counts.
    pub fn forgotten_at(&self) -> Option<Timestamp> {
        self.failed_at.last().map(|last| end_of(*last))
    }
}

fn counts(failed_at: Timestamp, now: Timestamp) -> bool {
    // Clocks differ a little, and may be set back: a failure of the near future counts, one of next year doesn't.
    failed_at < end_of(now) && now < end_of(failed_at)
}

fn end_of(failed_at: Timestamp) -> Timestamp {
    failed_at.saturating_add(WINDOW_MINUTES.minutes()).unwrap_or(Timestamp::MAX)
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
    }

    #[test]
    fn failures_further_apart_do_not_lock() {
        assert_eq!(failed_at(&[0, 4, 8, 12, 16]).locked_until(minute(16)), None);
        // No window starts anew in between: any 15 minutes count.
        assert_eq!(failed_at(&[0, 10, 11, 12, 16, 17]).locked_until(minute(17)), Some(minute(25)));
    }

    #[test]
    fn a_clock_set_back_does_not_lock_for_ever() {
        let failed = failed_at(&[600, 600, 600, 600, 600]);
        assert_eq!(failed.locked_until(minute(0)), None);
        assert_eq!(failed.locked_until(minute(599)), Some(minute(615)));
    }

    #[test]
    fn at_most_five_failures_are_kept() {
        assert_eq!(failed_at(&[0, 0, 0, 0, 0, 0, 0]).failed_at.len(), 5);
        assert_eq!(failed_at(&[0, 20]).failed_at, [minute(20)]);
        assert_eq!(failed_at(&[0, 3]).forgotten_at(), Some(minute(18)));
        assert_eq!(FailedAttempts::default().forgotten_at(), None);
    }
}
