//! The traits through which the domain gets the time and randomness.
//!
//! All code takes them from its caller, so that a test (or the local stack's `/_local/clock`) sets the time. Ambient time and
//! randomness are lint errors outside `shared/runtime`.

use jiff::Timestamp;
use ulid::Ulid;

/// Tells the time.
pub trait Clock: Send + Sync + std::fmt::Debug {
    /// The present instant.
    fn now(&self) -> Timestamp;
}

/// A source of unpredictable bytes that is suitable for keys and tokens.
pub trait Entropy: Send + Sync + std::fmt::Debug {
    /// Fills `bytes` with random bytes.
    fn fill(&self, bytes: &mut [u8]);

    /// Returns a ULID of a time in milliseconds since 1970. A source that remembers what it made returns the ULIDs of one
    /// millisecond in ascending order (<https://github.com/ulid/spec#monotonicity>); others return random ones.
    fn ulid(&self, millis: u64) -> Ulid {
        let mut random = [0; 16];
        self.fill(&mut random);
        Ulid::from_parts(millis, u128::from_be_bytes(random))
    }
}

/// Returns `N` random bytes as an array.
pub fn random_bytes<const N: usize>(entropy: &dyn Entropy) -> [u8; N] {
    let mut bytes = [0; N];
    entropy.fill(&mut bytes);
    bytes
}
