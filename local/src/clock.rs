//! The stack's clock: real time, or a moment that somebody set by `/_local/clock` or `--clock`.
//!
//! Every function is given this clock, so that a late arrival or a night shift can be tried at noon. Signing and caches
//! of the AWS SDK stay on real time, as in the cloud.

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
    /// A clock that stands at `frozen`, or runs when there is none.
    pub fn new(frozen: Option<Timestamp>) -> Self {
        Self { frozen: Mutex::new(frozen) }
    }

    /// Stops the clock at `frozen`; `None` lets it run in real time again.
    pub fn set(&self, frozen: Option<Timestamp>) {
        *self.frozen.lock().unwrap_or_else(PoisonError::into_inner) = frozen;
    }

    /// The moment at which the clock stands, if it stands.
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
    fn a_stopped_clock_stands_until_it_is_let_go() {
        let moment: Timestamp = "2026-11-02T08:58:00+03:00".parse().unwrap();
        let clock = StackClock::new(None);
        assert_ne!(clock.now(), moment);
        clock.set(Some(moment));
        assert_eq!((clock.now(), clock.now()), (moment, moment));
        clock.set(None);
        assert_ne!(clock.now(), moment);
    }
}
