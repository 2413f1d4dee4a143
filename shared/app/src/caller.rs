//! The caller of a use case.

use domain::{
    audit::Actor,
    calendar::Zone,
    id::{DepartmentId, FamilyId, ServiceTokenId, UserId},
    user::Authority,
};
use jiff::Timestamp;

/// The kind of caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CallerKind {
    /// A person who has signed in.
    Person,
    /// A system of the company with a service token.
    ServiceToken(ServiceTokenId),
}

/// The caller: a signed-in person, or a system of the company. A system acts as a manager of its people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// The kind of caller.
    pub kind: CallerKind,
    /// The person. For a service token, the token's own id, which no person has.
    pub user_id: UserId,
    /// The authority of the caller.
    pub authority: Authority,
    /// The department of the caller.
    pub department_id: Option<DepartmentId>,
    /// The zone of the caller's days. It only serves to guess the days that a punch needs.
    pub zone: Zone,
    /// The session of the caller.
    pub family: FamilyId,
    /// The time at which the person last proved their identity: by a sign-in or a confirmation of the password. A refresh
    /// doesn't count.
    pub authenticated_at: Timestamp,
}

impl Caller {
    /// Returns the actor of the caller's changes.
    pub const fn actor(&self) -> Actor {
        match self.kind {
            CallerKind::Person => Actor::User { id: self.user_id },
            CallerKind::ServiceToken(id) => Actor::ServiceToken { id },
        }
    }
}
