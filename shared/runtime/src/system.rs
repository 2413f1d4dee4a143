//! The system's clock and randomness: the only place that reads the system's time.

use std::{
    collections::VecDeque,
    sync::{Mutex, PoisonError},
};

use aws_lc_rs::rand;
use domain::ports::{Clock, Entropy};
use jiff::Timestamp;
use ulid::Ulid;

/// The system's clock.
#[derive(Debug, Clone, Copy)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the clock that the rest of the code receives")]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

/// The operating system's random numbers. ULIDs of one millisecond are in the order in which this process made them, so that what
/// happened first also comes first in a list that is ordered by ids.
#[derive(Debug, Clone, Copy)]
pub struct SystemEntropy;

impl Entropy for SystemEntropy {
    #[expect(clippy::disallowed_methods, reason = "this is the randomness that the rest of the code receives")]
    #[expect(
        clippy::expect_used,
        reason = "without randomness no token may be created; the execution environment ends"
    )]
    fn fill(&self, bytes: &mut [u8]) {
        rand::fill(bytes).expect("the operating system gives randomness");
    }

    fn ordered(&self, drawn: Ulid) -> Ulid {
        RECENT.lock().unwrap_or_else(PoisonError::into_inner).follow(drawn)
    }
}

static RECENT: Mutex<RecentUlids> = Mutex::new(RecentUlids(VecDeque::new()));

/// The last ULID of each of the milliseconds that were used last. A clock that was set back returns to an earlier millisecond.
struct RecentUlids(VecDeque<Ulid>);

impl RecentUlids {
    const MILLISECONDS: usize = 64;

    /// Returns the drawn ULID, or, if there is one of the same millisecond, a greater one. The step is random, so that nobody
    /// who knows one id can guess the next.
    fn follow(&mut self, drawn: Ulid) -> Ulid {
        let same = self.0.iter().position(|last| last.timestamp_ms() == drawn.timestamp_ms());
        let last = same.and_then(|index| self.0.remove(index));
        let step = 1 + (drawn.random() & u128::from(u32::MAX));
        let next = last.map(|last| Ulid(last.0.saturating_add(step)));
        // After the last ULID of a millisecond comes any one of it.
        let made = next.filter(|next| next.timestamp_ms() == drawn.timestamp_ms()).unwrap_or(drawn);
        self.0.push_front(made);
        self.0.truncate(Self::MILLISECONDS);
        made
    }
}

#[cfg(test)]
mod tests {
    use domain::id::new_ulid;

    use super::*;

    /// Another AWS-LC measures the jitter of the CPU before the first random number of each process, for tens of milliseconds.
    #[test]
    fn aws_lc_is_built_to_take_random_numbers_from_the_operating_system() {
        assert_eq!(option_env!("AWS_LC_SYS_NO_JITTER_ENTROPY"), Some("1"), "cargo must read .cargo/config.toml");
    }

    #[test]
    fn ulids_of_one_millisecond_are_in_the_order_in_which_they_were_made() {
        let mut recent = RecentUlids(VecDeque::new());
        let mut made = |millis, random| recent.follow(Ulid::from_parts(millis, random));
        let first = made(5, 900);
        assert_eq!(first, Ulid::from_parts(5, 900));
        // Another millisecond between them changes nothing.
        assert_eq!(made(4, 1), Ulid::from_parts(4, 1));
        let second = made(5, 7);
        assert_eq!(second, Ulid::from_parts(5, 908));
        assert_eq!(made(5, 0), Ulid::from_parts(5, 909));
    }

    #[test]
    fn the_last_ulid_of_a_millisecond_is_followed_by_another_of_it() {
        let mut recent = RecentUlids(VecDeque::new());
        recent.follow(Ulid::from_parts(5, (1 << 80) - 1));
        assert_eq!(recent.follow(Ulid::from_parts(5, 3)), Ulid::from_parts(5, 3));
    }

    #[test]
    fn many_ulids_of_a_process_ascend() {
        let at = Timestamp::from_millisecond(1_700_000_000_000).unwrap();
        let made: Vec<Ulid> = (0..1000).map(|_| new_ulid(at, &SystemEntropy)).collect();
        assert!(made.is_sorted());
    }
}
