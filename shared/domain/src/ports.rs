//! What the domain needs of the world, as traits: the time and randomness.
//!
//! Everything that runs takes them from its caller, so that a test (or the local stack's `/_local/clock`) decides what
//! time it is. Ambient time and randomness are lint errors outside `shared/runtime`.

use jiff::Timestamp;

/// Tells the time.
pub trait Clock: Send + Sync + std::fmt::Debug {
    /// The present instant.
    fn now(&self) -> Timestamp;
}

/// A source of unpredictable bytes, good enough for keys and tokens.
pub trait Entropy: Send + Sync + std::fmt::Debug {
    /// Fills `bytes` with randomness.
    fn fill(&self, bytes: &mut [u8]);
}

/// Random bytes as an array, for callers that know how many they want.
pub fn random_bytes<const N: usize>(entropy: &dyn Entropy) -> [u8; N] {
    let mut bytes = [0; N];
    entropy.fill(&mut bytes);
    bytes
}
