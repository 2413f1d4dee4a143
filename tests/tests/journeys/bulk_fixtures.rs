//! Hundreds and thousands of people, written directly to the table. The API would need a password hash and a sign-in for each.

use std::sync::atomic::{AtomicU64, Ordering};

use domain::{id::DepartmentId, ports::Entropy, user::User};
use jiff::Timestamp;
use local::workforce;
use store::Stamp;

/// A source of numbers that differ from each other, which is all that the store needs.
#[derive(Debug, Default)]
pub(crate) struct Counter(AtomicU64);

impl Entropy for Counter {
    fn fill(&self, bytes: &mut [u8]) {
        let number = self.0.fetch_add(1, Ordering::Relaxed).to_le_bytes();
        bytes.iter_mut().zip(number).for_each(|(byte, of)| *byte = of);
    }
}

/// Returns an active employee of a department without further data.
pub(crate) fn person(number: usize, department: DepartmentId, now: Timestamp) -> User {
    workforce::person(number, department, now).unwrap()
}

/// Returns the stamp of the creation of the person with a number.
pub(crate) fn stamp(number: usize, now: Timestamp) -> Stamp {
    workforce::stamp(number, now).unwrap()
}
