//! The deadline of an invocation. Long work checks it and hands over the rest in time.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// The instant at which Lambda ends an invocation. It is real time, independent of the function's clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deadline(End);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    At(Instant),
    /// Always after the same duration from now.
    In(Duration),
}

impl Deadline {
    /// Returns the deadline after a duration from now.
    #[expect(clippy::disallowed_methods, reason = "an invocation's time is real time")]
    pub fn after(left: Duration) -> Self {
        Self(End::At(Instant::now() + left))
    }

    /// Returns a deadline whose remaining time stays the same. With it, a test of work at the end of its time doesn't depend on
    /// the speed of the machine.
    pub const fn constant(left: Duration) -> Self {
        Self(End::In(left))
    }

    /// Returns the deadline that Lambda sets, in milliseconds since 1970.
    #[expect(clippy::disallowed_methods, reason = "Lambda's deadline uses the system's clock")]
    pub(crate) fn at_unix_milliseconds(milliseconds: u64) -> Self {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Self::after(Duration::from_millis(milliseconds).saturating_sub(now))
    }

    /// Returns the remaining time.
    #[expect(clippy::disallowed_methods, reason = "an invocation's time is real time")]
    pub fn left(self) -> Duration {
        match self.0 {
            End::At(instant) => instant.saturating_duration_since(Instant::now()),
            End::In(left) => left,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deadline_that_has_passed_leaves_nothing() {
        assert_eq!(Deadline::at_unix_milliseconds(1_000).left(), Duration::ZERO);
        assert_eq!(Deadline::after(Duration::ZERO).left(), Duration::ZERO);
        assert!(Deadline::after(Duration::from_hours(1)).left() > Duration::from_mins(30));
        assert_eq!(Deadline::constant(Duration::from_secs(29)).left(), Duration::from_secs(29));
    }
}
