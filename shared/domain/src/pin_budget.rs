//! The budget of wrong PINs at a kiosk. Once it is exhausted, the kiosk accepts PINs one at a time.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// The number of wrong PINs within the window that exhausts a kiosk's budget.
const FAILURES: usize = 20;
/// How long a wrong PIN counts: 15 minutes.
const WINDOW: SignedDuration = SignedDuration::from_mins(15);
/// The interval between PINs once the budget is exhausted: 30 seconds. Punches are still recorded, and badges aren't delayed.
const PAUSE: SignedDuration = SignedDuration::from_secs(30);
/// The time after a notification of an exhausted budget before managers are notified again: 1 hour.
const NOTICE_INTERVAL: SignedDuration = SignedDuration::from_hours(1);

/// The wrong PINs at a kiosk, by all people together, that still count, oldest first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PinBudget {
    #[serde(default)]
    failures: Vec<Timestamp>,
    /// The instant of the last attempt with a PIN, while the budget is exhausted.
    #[serde(default)]
    last_pin: Option<Timestamp>,
    /// The instant of the last notification to managers.
    #[serde(default)]
    last_notice: Option<Timestamp>,
}

impl PinBudget {
    /// Whether the kiosk accepts PINs one at a time.
    pub fn is_exhausted(&self, now: Timestamp) -> bool {
        self.failures.iter().filter(|at| is_within(WINDOW, **at, now)).count() >= FAILURES
    }

    /// The instant at which the kiosk accepts the next PIN; `None` if it accepts one now.
    pub fn next_pin_at(&self, now: Timestamp) -> Option<Timestamp> {
        let last = self.last_pin.filter(|last| self.is_exhausted(now) && is_within(PAUSE, *last, now))?;
        Some(last.saturating_add(PAUSE).unwrap_or(Timestamp::MAX))
    }

    /// The budget after a right PIN.
    #[must_use]
    pub fn after_right(&self, now: Timestamp) -> Self {
        Self { last_pin: Some(now), ..self.clone() }
    }

    /// The budget after a wrong PIN, and whether to notify managers that it is exhausted.
    #[must_use]
    pub fn after_wrong(&self, now: Timestamp) -> (Self, bool) {
        let counting = self.failures.iter().copied().filter(|at| is_within(WINDOW, *at, now));
        let mut failures: Vec<Timestamp> = counting.chain([now]).collect();
        failures.drain(..failures.len().saturating_sub(FAILURES));
        let after = Self { failures, last_pin: Some(now), ..self.clone() };
        let was_noticed = self.last_notice.is_some_and(|at| is_within(NOTICE_INTERVAL, at, now));
        let notice = after.is_exhausted(now) && !was_noticed;
        (if notice { Self { last_notice: Some(now), ..after } } else { after }, notice)
    }

    /// The instant from which nothing in the budget counts.
    pub fn forgotten_at(&self, now: Timestamp) -> Timestamp {
        now.saturating_add(NOTICE_INTERVAL).unwrap_or(Timestamp::MAX)
    }
}

/// Whether an instant is less than `window` ago. An instant in the near future counts too, because clocks differ.
fn is_within(window: SignedDuration, at: Timestamp, now: Timestamp) -> bool {
    now.duration_since(at).abs() < window
}

#[cfg(test)]
mod tests {
    use super::*;

    fn second(seconds: i64) -> Timestamp {
        "2026-11-02T08:00:00Z".parse::<Timestamp>().unwrap() + SignedDuration::from_secs(seconds)
    }

    fn exhausted() -> PinBudget {
        (0..20).fold(PinBudget::default(), |budget, at| budget.after_wrong(second(at)).0)
    }

    #[test]
    fn twenty_wrong_pins_within_fifteen_minutes_exhaust_a_kiosk() {
        let mut budget = PinBudget::default();
        for at in 0..19 {
            let (after, notice) = budget.after_wrong(second(at));
            assert!(!notice && !after.is_exhausted(second(at)));
            budget = after;
        }
        let (budget, notice) = budget.after_wrong(second(19));
        assert!(notice && budget.is_exhausted(second(19)));
        assert!(!budget.is_exhausted(second(15 * 60)), "the first one is forgotten");
    }

    #[test]
    fn an_exhausted_kiosk_takes_one_pin_in_thirty_seconds() {
        let budget = exhausted();
        assert_eq!(budget.next_pin_at(second(20)), Some(second(49)));
        assert_eq!(budget.next_pin_at(second(49)), None);
        let right = budget.after_right(second(49));
        assert_eq!(right.next_pin_at(second(50)), Some(second(79)));
        assert_eq!(right.next_pin_at(second(15 * 60 + 10)), None, "the budget has recovered");
        assert_eq!(PinBudget::default().after_wrong(second(0)).0.next_pin_at(second(1)), None);
    }

    #[test]
    fn managers_are_notified_at_most_once_an_hour() {
        let budget = exhausted();
        let (budget, notice) = budget.after_wrong(second(60));
        assert!(!notice);
        let again = (0..20).fold((budget, false), |(budget, notice), at| {
            let (after, now) = budget.after_wrong(second(4000 + at));
            (after, notice || now)
        });
        assert!(again.1);
    }
}
