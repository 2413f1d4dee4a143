//! Who may do what: the one place where it is decided, for lists, details and changes alike. Denied unless allowed here.

use domain::{
    id::{DepartmentId, UserId},
    user::{Authority, ManagerScope, Role, User, UserStatus},
};

use crate::{Caller, Code, Problem};

/// Whether someone may see what is a person's own (profile, days, history): the person, those who manage them, admins.
/// The person may not even know of others: 404.
pub fn may_see(caller: &Caller, person: &User) -> Result<(), Problem> {
    if caller.user_id == person.id || manages(&caller.authority, person.department_id) {
        Ok(())
    } else {
        Err(Problem::not_found())
    }
}

/// Whether someone may write as a manager of that person: in scope, and never oneself.
pub fn may_manage(caller: &Caller, person: &User) -> Result<(), Problem> {
    if caller.user_id == person.id {
        return Err(own_record(&caller.authority));
    }
    if !manages(&caller.authority, person.department_id) {
        return Err(Problem::not_found());
    }
    // Managers and admins are an admin's to change, whatever department they belong to.
    match (person.authority.role(), caller.authority.role()) {
        (Role::Employee, _) | (Role::Manager | Role::Admin, Role::Admin) => Ok(()),
        (Role::Manager | Role::Admin, Role::Employee | Role::Manager) => Err(Problem::new(Code::Forbidden)),
    }
}

/// A write that is a manager's, on oneself: those who could do it to others are told why they can't here.
fn own_record(authority: &Authority) -> Problem {
    match authority {
        Authority::Employee => Problem::new(Code::Forbidden),
        Authority::Manager { .. } | Authority::Admin => Problem::new(Code::OwnRecord),
    }
}

/// Whether someone may put people into that department.
pub fn may_place_in(caller: &Caller, department: Option<DepartmentId>) -> Result<(), Problem> {
    if manages(&caller.authority, department) { Ok(()) } else { Err(Problem::new(Code::Forbidden)) }
}

/// What belongs to admins alone.
pub fn must_be_admin(caller: &Caller) -> Result<(), Problem> {
    match caller.authority {
        Authority::Admin => Ok(()),
        Authority::Employee | Authority::Manager { .. } => Err(Problem::new(Code::Forbidden)),
    }
}

/// What belongs to managers and admins.
pub fn must_be_manager(caller: &Caller) -> Result<(), Problem> {
    match caller.authority {
        Authority::Manager { .. } | Authority::Admin => Ok(()),
        Authority::Employee => Err(Problem::new(Code::Forbidden)),
    }
}

/// Whose lists someone sees.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Visible {
    /// Everyone's.
    Everyone,
    /// Those of these departments.
    Departments(Vec<DepartmentId>),
}

/// Which departments' people a manager may list.
pub fn visible_people(caller: &Caller) -> Result<Visible, Problem> {
    match &caller.authority {
        Authority::Admin | Authority::Manager { scope: ManagerScope::Everyone } => Ok(Visible::Everyone),
        Authority::Manager { scope: ManagerScope::Departments(departments) } => {
            Ok(Visible::Departments(departments.iter().copied().collect()))
        }
        Authority::Employee => Err(Problem::new(Code::Forbidden)),
    }
}

/// A change checks that its caller is still who the token says: active, and in the same role and scope. Gives the profile
/// back, which is there then.
pub fn still<'a>(caller: &Caller, profile: Option<&'a User>) -> Result<&'a User, Problem> {
    let profile = profile.ok_or_else(|| Problem::new(Code::Unauthenticated))?;
    match profile.status {
        UserStatus::Active if profile.authority == caller.authority => Ok(profile),
        UserStatus::Active => {
            Err(Problem::new(Code::TokenExpired).detail("Your role has changed: refresh the access token."))
        }
        UserStatus::Disabled => Err(Problem::new(Code::AccountDisabled)),
        UserStatus::Pending => Err(Problem::new(Code::AccountPending)),
    }
}

fn manages(authority: &Authority, department: Option<DepartmentId>) -> bool {
    match authority {
        Authority::Employee => false,
        Authority::Manager { scope } => scope.holds(department),
        Authority::Admin => true,
    }
}

/// Whether someone is the person themselves.
pub fn is_self(caller: &Caller, user: UserId) -> bool {
    caller.user_id == user
}
