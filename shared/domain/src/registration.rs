//! Registrations that wait for a manager: their maximum number, their expiry, and when managers are notified.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::id::UserId;

/// The maximum number of pending registrations.
pub const MAX_PENDING: u32 = 100;

/// The maximum number of registrations from one network in a day (UTC).
pub const MAX_A_DAY_FROM_NETWORK: u32 = 5;

/// How long a registration waits before it is removed: 14 days.
pub const EXPIRY: SignedDuration = SignedDuration::from_hours(14 * 24);

/// The minimum time between two notifications of registrations: 1 hour. Registrations in between go into the next notification.
const GATHERING: SignedDuration = SignedDuration::from_hours(1);

/// The state of the company's pending registrations.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegistrationQueue {
    /// The number of pending registrations. The number is negative only before the first count.
    #[serde(default)]
    pub pending: i64,
    /// Whether `pending` includes all registrations. Release 0.1.0 didn't count them.
    #[serde(default)]
    pub is_counted: bool,
    /// The instant of the last notification to managers.
    #[serde(default)]
    pub announced_at: Option<Timestamp>,
    /// The people who registered since then and of whom managers haven't been notified yet.
    #[serde(default)]
    pub unannounced: Vec<UserId>,
}

impl RegistrationQueue {
    /// Whether the maximum number of pending registrations is reached.
    pub fn is_full(&self) -> bool {
        self.pending >= i64::from(MAX_PENDING)
    }

    /// The queue with another registration, and whether managers are notified of it later instead of immediately.
    #[must_use]
    pub fn with_registration(&self, user: UserId, now: Timestamp) -> (Self, bool) {
        let later = !self.unannounced.is_empty() || self.is_gathering(now);
        let mut queue = Self { pending: self.pending + 1, ..self.clone() };
        if later {
            queue.unannounced.push(user);
        } else {
            queue.announced_at = Some(now);
        }
        (queue, later)
    }

    /// Whether to notify managers now of the registrations since the last notification.
    pub fn is_announcement_due(&self, now: Timestamp) -> bool {
        !self.unannounced.is_empty() && !self.is_gathering(now)
    }

    /// The queue after managers were notified of all registrations.
    #[must_use]
    pub fn announced(&self, now: Timestamp) -> Self {
        Self { announced_at: Some(now), unannounced: Vec::new(), ..self.clone() }
    }

    fn is_gathering(&self, now: Timestamp) -> bool {
        // If a clock was set back, managers still wait for one hour at most.
        self.announced_at.is_some_and(|at| now.duration_since(at).abs() < GATHERING)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minute: i64) -> Timestamp {
        "2026-11-02T08:00:00Z".parse::<Timestamp>().unwrap() + SignedDuration::from_mins(minute)
    }

    fn eve() -> UserId {
        "01JBN2V7Q4W0M3T9K5ZXH8R6CD".parse().unwrap()
    }

    #[test]
    fn the_first_registration_is_announced_at_once_and_the_next_ones_together() {
        let (queue, later) = RegistrationQueue::default().with_registration(eve(), at(0));
        assert!(!later);
        let (queue, later) = queue.with_registration(eve(), at(1));
        assert!(later);
        let (queue, later) = queue.with_registration(eve(), at(59));
        assert!(later);
        assert!(!queue.is_announcement_due(at(59)));
        assert!(queue.is_announcement_due(at(60)));
        // A registration while a notification is due goes out with the others, not in a notification of its own.
        assert!(queue.with_registration(eve(), at(61)).1);
        assert_eq!(queue.unannounced.len(), 2);
        let queue = queue.announced(at(61));
        assert!(!queue.is_announcement_due(at(200)));
        assert!(queue.with_registration(eve(), at(62)).1);
        assert!(!queue.with_registration(eve(), at(121)).1);
    }

    #[test]
    fn a_hundred_registrations_fill_the_queue() {
        let mut queue = RegistrationQueue::default();
        for _ in 0..100 {
            assert!(!queue.is_full());
            queue = queue.with_registration(eve(), at(0)).0;
        }
        assert!(queue.is_full());
    }
}
