//! The check of a device's clock.
//!
//! The owner of a phone can set its wall clock, but not its monotonic clock, which counts from an instant that the device names,
//! its boot. A punch and the batch that contains it both have both clocks, so that the time between them is known twice.

use jiff::Timestamp;

use super::DeviceText;

/// The reading of a device's monotonic clock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Monotonic {
    /// The boot from which the clock counts.
    pub boot_id: DeviceText,
    /// The milliseconds since the boot.
    pub milliseconds: u64,
}

/// The clocks of a device at the time it sends a batch.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DeviceClock {
    /// The wall clock.
    pub sent_at: Option<Timestamp>,
    /// The monotonic clock.
    pub monotonic: Option<Monotonic>,
}

/// The result of comparing a punch's time with the clocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClockCheck {
    /// The monotonic clock confirms the time.
    Confirmed,
    /// No clock contradicts the time.
    Unconfirmed,
    /// The wall clock was moved since the punch, or differs from the server's clock.
    Moved,
}

impl DeviceClock {
    /// Compares the time of a punch with the known clocks of the device and the server. Both times may differ by
    /// `max_skew_seconds`.
    pub fn check(
        &self,
        occurred_at: Timestamp,
        punched: Option<&Monotonic>,
        received_at: Timestamp,
        max_skew_seconds: i64,
    ) -> ClockCheck {
        let differ = |one: Timestamp, other: Timestamp| {
            max_skew_seconds < (one.as_second().saturating_sub(other.as_second())).abs()
        };
        if received_at < occurred_at && differ(received_at, occurred_at) {
            return ClockCheck::Moved;
        }
        match (punched, &self.monotonic) {
            (Some(punched), Some(sent)) if punched.boot_id == sent.boot_id => {
                let Some(elapsed) = sent.milliseconds.checked_sub(punched.milliseconds) else {
                    return ClockCheck::Moved;
                };
                let elapsed = i64::try_from(elapsed).unwrap_or(i64::MAX);
                let passed = received_at.as_millisecond().saturating_sub(elapsed);
                match Timestamp::from_millisecond(passed) {
                    Ok(punched_at) if !differ(punched_at, occurred_at) => ClockCheck::Confirmed,
                    Ok(_) | Err(_) => ClockCheck::Moved,
                }
            }
            (Some(_) | None, Some(_) | None) => match self.sent_at {
                Some(sent_at) if differ(sent_at, received_at) => ClockCheck::Moved,
                Some(_) | None => ClockCheck::Unconfirmed,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        format!("2026-11-02T{text}Z").parse().unwrap()
    }

    fn monotonic(boot: &str, hours: u64) -> Monotonic {
        Monotonic { boot_id: boot.parse().unwrap(), milliseconds: hours * 3_600_000 }
    }

    /// A punch at 09:00 by the device's clock, sent at 18:00 by the server's.
    fn check(sent_at: Option<&str>, sent: Option<Monotonic>, punched: Option<&Monotonic>) -> ClockCheck {
        let clock = DeviceClock { sent_at: sent_at.map(at), monotonic: sent };
        clock.check(at("09:00:00"), punched, at("18:00:00"), 300)
    }

    #[test]
    fn the_monotonic_clock_of_one_boot_confirms_or_refutes_a_time() {
        let sent = || Some(monotonic("a", 10));
        assert_eq!(check(None, sent(), Some(&monotonic("a", 1))), ClockCheck::Confirmed);
        assert_eq!(check(None, sent(), Some(&monotonic("a", 2))), ClockCheck::Moved);
        assert_eq!(check(None, sent(), Some(&monotonic("a", 11))), ClockCheck::Moved);
        assert_eq!(check(None, sent(), Some(&monotonic("b", 2))), ClockCheck::Unconfirmed);
        assert_eq!(check(None, sent(), None), ClockCheck::Unconfirmed);
    }

    #[test]
    fn a_device_with_another_time_is_not_believed_without_a_monotonic_clock() {
        assert_eq!(check(Some("18:05:00"), None, None), ClockCheck::Unconfirmed);
        assert_eq!(check(Some("18:05:01"), None, None), ClockCheck::Moved);
        assert_eq!(check(Some("17:54:59"), None, None), ClockCheck::Moved);
        let clock = DeviceClock::default();
        assert_eq!(clock.check(at("18:05:00"), None, at("18:00:00"), 300), ClockCheck::Unconfirmed);
        assert_eq!(clock.check(at("18:05:01"), None, at("18:00:00"), 300), ClockCheck::Moved);
    }
}
