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

    /// Returns the ULID to use in place of a drawn one. A source that remembers the ULIDs of a millisecond returns them in
    /// ascending order (<https://github.com/ulid/spec#monotonicity>); by default, the drawn one is used.
    ///
    /// This isn't `ulid::Generator`, of which a process would have one. It draws from a random source of its own, reads the
    /// system's clock, and never returns to an earlier time. Tests set the random bytes, and the stacks of a process have clocks
    /// of their own, which can be set back.
    fn ordered(&self, drawn: Ulid) -> Ulid {
        drawn
    }
}

/// Returns `N` random bytes as an array.
pub fn random_bytes<const N: usize>(entropy: &dyn Entropy) -> [u8; N] {
    let mut bytes = [0; N];
    entropy.fill(&mut bytes);
    bytes
}
