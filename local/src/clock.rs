//! The stack's clock: real time, or an instant that `/_local/clock` or `--clock` sets.
//!
//! Every function uses this clock, so that developers can try a late arrival or a night shift at noon. Signatures and
//! caches of the AWS SDK use real time, as in the cloud.

use std::sync::{Mutex, PoisonError};

use domain::ports::Clock;
use jiff::Timestamp;
use runtime::system::SystemClock;

/// A clock that can be stopped.
#[derive(Debug, Default)]
pub struct StackClock {
    frozen: Mutex<Option<Timestamp>>,
}

impl StackClock {
    /// Creates a clock that is stopped at `frozen`, or runs in real time if `frozen` is `None`.
    pub fn new(frozen: Option<Timestamp>) -> Self {
        Self { frozen: Mutex::new(frozen) }
    }

    /// Stops the clock at `frozen`. With `None`, the clock runs in real time again.
    pub fn set(&self, frozen: Option<Timestamp>) {
        *self.frozen.lock().unwrap_or_else(PoisonError::into_inner) = frozen;
    }

    /// Returns the instant at which the clock is stopped, if it is stopped.
    pub fn frozen(&self) -> Option<Timestamp> {
        *self.frozen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Clock for StackClock {
    fn now(&self) -> Timestamp {
        self.frozen().unwrap_or_else(|| SystemClock.now())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frozen_clock_keeps_its_instant_until_it_is_released() {
        let moment: Timestamp = "2026-11-02T08:58:00+03:00".parse().unwrap();
        let clock = StackClock::new(None);
        assert_ne!(clock.now(), moment);
        clock.set(Some(moment));
        assert_eq!((clock.now(), clock.now()), (moment, moment));
        clock.set(None);
        assert_ne!(clock.now(), moment);
    }
}
