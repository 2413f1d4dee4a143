//! The system's own clock and randomness: the one place where ambient time is read.

use aws_lc_rs::rand;
use domain::ports::{Clock, Entropy};
use jiff::Timestamp;

/// The system's clock.
#[derive(Debug, Clone, Copy)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the clock that everything else is given")]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

/// The operating system's random numbers.
#[derive(Debug, Clone, Copy)]
pub struct SystemEntropy;

impl Entropy for SystemEntropy {
    #[expect(clippy::disallowed_methods, reason = "this is the randomness that everything else is given")]
    #[expect(clippy::expect_used, reason = "without randomness no token may be made; the environment is thrown away")]
    fn fill(&self, bytes: &mut [u8]) {
        rand::fill(bytes).expect("the operating system gives randomness");
    }
}
