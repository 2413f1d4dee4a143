//! People by the hundred and thousand, made in the table itself: by the API each would cost a password hash and a sign-in.

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

/// Another number each time, which is all that the store wants of chance.
#[derive(Debug, Default)]
pub(crate) struct Counter(AtomicU64);

impl Counter {
    /// One that begins there.
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

/// The id that the person of a number has, and the event of their making. Decimal digits are digits of an id too.
fn id(number: usize) -> String {
    format!("01JBN2V7Q4W0M3T9K5{number:08}")
}

/// An employee of that department, active, with nothing of their own.
pub(crate) fn person(number: usize, department: DepartmentId, now: Timestamp) -> User {
    User {
        id: id(number).parse().unwrap(),
        username: Username::parse(&format!("person{number}")).unwrap(),
        email: None,
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

/// That the person of a number is made.
pub(crate) fn stamp(number: usize, now: Timestamp) -> Stamp {
    Stamp { event_id: id(number).parse().unwrap(), at: now, actor: Actor::System, request_id: None }
}
