//! Hundreds and thousands of people, written directly to the table. The API would need a password hash and a sign-in for each.

use std::sync::atomic::{AtomicU64, Ordering};

use domain::{
    audit::Actor,
    employment::Employments,
    id::DepartmentId,
    ports::Entropy,
    text::Name,
    user::{Authority, User, UserStatus},
    username::Username,
};
use jiff::Timestamp;
use store::Stamp;

/// A source of numbers that differ from each other, which is all that the store needs.
#[derive(Debug, Default)]
pub(crate) struct Counter(AtomicU64);

impl Counter {
    /// Creates a source that starts at the given number.
    pub(crate) fn from(number: u64) -> Self {
        Self(AtomicU64::new(number))
    }
}

impl Entropy for Counter {
    fn fill(&self, bytes: &mut [u8]) {
        let number = self.0.fetch_add(1, Ordering::Relaxed).to_le_bytes();
        bytes.iter_mut().zip(number).for_each(|(byte, of)| *byte = of);
    }
}

/// Returns the id of the person with a number, and of the event of their creation. Decimal digits are valid digits of an id.
fn id(number: usize) -> String {
    format!("01JBN2V7Q4W0M3T9K5{number:08}")
}

/// Returns an active employee of a department without further data.
pub(crate) fn person(number: usize, department: DepartmentId, now: Timestamp) -> User {
    User {
        id: id(number).parse().unwrap(),
        username: Username::parse(&format!("person{number}")).unwrap(),
        email: None,
        email_verified_at: None,
        full_name: Name::parse(&format!("Person {number:05} of the Crowd")).unwrap(),
        authority: Authority::Employee,
        status: UserStatus::Active,
        department_id: Some(department),
        site_id: None,
        time_zone: None,
        language: None,
        employments: Employments::always(),
        tracks_attendance: true,
        annual_leave_days: None,
        session_epoch: 0,
        version: 1,
        created_at: now,
        updated_at: now,
    }
}

/// Returns the stamp of the creation of the person with a number.
pub(crate) fn stamp(number: usize, now: Timestamp) -> Stamp {
    Stamp { event_id: id(number).parse().unwrap(), at: now, actor: Actor::System, request_id: None }
}
