//! The deadline of an invocation. Long work checks it and hands over the rest in time.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// The instant at which Lambda ends an invocation. It is real time, independent of the function's clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deadline(Instant);

impl Deadline {
    /// Returns the deadline after a duration from now.
    #[expect(clippy::disallowed_methods, reason = "an invocation's time is real time")]
    pub fn after(left: Duration) -> Self {
        Self(Instant::now() + left)
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
        self.0.saturating_duration_since(Instant::now())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deadline_that_has_passed_leaves_nothing() {
        assert_eq!(Deadline::at_unix_milliseconds(1_000).left(), Duration::ZERO);
        assert_eq!(Deadline::after(Duration::ZERO).left(), Duration::ZERO);
        assert!(Deadline::after(Duration::from_hours(1)).left() > Duration::from_mins(59));
    }
}
