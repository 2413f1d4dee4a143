//! How many wrong PINs a kiosk takes before it takes PINs one by one.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// So many wrong PINs within the window exhaust the budget of a kiosk.
const FAILURES: usize = 20;
/// How long a wrong PIN counts: 15 minutes.
const WINDOW: SignedDuration = SignedDuration::from_mins(15);
/// How far apart PINs are once the budget is exhausted: 30 seconds. Work is still recorded, and badges aren't held up.
const PAUSE: SignedDuration = SignedDuration::from_secs(30);
/// How long after managers were notified of an exhausted budget they are notified again: 1 hour.
const NOTICE_INTERVAL: SignedDuration = SignedDuration::from_hours(1);

/// The wrong PINs at a kiosk that still count, oldest first, of all people together.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PinBudget {
    #[serde(default)]
    failures: Vec<Timestamp>,
    /// When the last PIN was taken, while the budget is exhausted.
    #[serde(default)]
    last_pin: Option<Timestamp>,
    /// When managers were last notified.
    #[serde(default)]
    last_notice: Option<Timestamp>,
}

impl PinBudget {
    /// Whether PINs are taken one by one.
    pub fn is_exhausted(&self, now: Timestamp) -> bool {
        self.failures.iter().filter(|at| is_within(WINDOW, **at, now)).count() >= FAILURES
    }

    /// When the next PIN is taken; none where it is taken now.
    pub fn next_pin_at(&self, now: Timestamp) -> Option<Timestamp> {
        let last = self.last_pin.filter(|last| self.is_exhausted(now) && is_within(PAUSE, *last, now))?;
        Some(last.saturating_add(PAUSE).unwrap_or(Timestamp::MAX))
    }

    /// The budget after a right PIN.
    #[must_use]
    pub fn after_right(&self, now: Timestamp) -> Self {
        Self { last_pin: Some(now), ..self.clone() }
    }

    /// The budget after a wrong PIN, and whether managers are to be notified that it is exhausted.
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

    /// From when on nothing of it counts.
    pub fn forgotten_at(&self, now: Timestamp) -> Timestamp {
        now.saturating_add(NOTICE_INTERVAL).unwrap_or(Timestamp::MAX)
    }
}

/// Whether an instant is less than so long ago. One of the near future counts too, because clocks differ.
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
