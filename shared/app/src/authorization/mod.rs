//! The authorization rules for lists, details and changes: all decisions are made here. Everything that isn't explicitly
//! allowed is denied.

mod permissions;
mod visibility;

use domain::{
    id::{DepartmentId, UserId},
    user::{Authority, ManagerScope, Role, User, UserStatus},
};
use jiff::{SignedDuration, Timestamp};
use store::{session_check::SessionRefusal, users::Deciders};

pub use self::{
    permissions::{Permission, permissions},
    visibility::{Visible, VisibleBoard, visible_board, visible_people, visible_people_of},
};
use crate::caller::{Caller, CallerKind};

/// The reason why a caller may not do something. `web` turns it into a problem.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Denied {
    /// The caller must not learn that the item exists.
    NotFound,
    /// The caller has no permission.
    Forbidden,
    /// Only admins may do it.
    AdminOnly,
    /// Only managers and admins may do it.
    ManagerOnly,
    /// Only admins change managers and admins.
    AdminsManageManagers,
    /// The department isn't one of the caller's.
    OtherDepartment,
    /// Managers can't change their own record.
    OwnRecord,
    /// Another person decides the caller's request.
    OwnRequest,
    /// Only the person of the day may request its correction.
    OnlyOwnCorrection,
    /// Only the person who made the request may change it.
    OnlyOwnRequest,
    /// Only the person who was asked answers a swap.
    OnlyAskedAnswers,
    /// The change needs a recent sign-in.
    ConfirmationRequired,
    /// The person has left, so their request can't be granted any more.
    PersonHasLeft,
    /// The caller's account doesn't exist any more.
    Unauthenticated,
    /// The caller's role or scope has changed since the token was issued.
    RoleChanged,
    /// The session or the account isn't active.
    Session(SessionRefusal),
}

/// Checks that a caller may see a person's own data (profile, days, history): the person, the managers of the person, admins.
/// Otherwise the person isn't found, so that the caller doesn't learn who exists.
pub fn may_see(caller: &Caller, person: &User) -> Result<(), Denied> {
    if caller.user_id == person.id || manages(&caller.authority, person.department_id) {
        Ok(())
    } else {
        Err(Denied::NotFound)
    }
}

/// Checks that a caller may change a person's data as their manager: the person is in the caller's scope and isn't the caller.
pub fn may_manage(caller: &Caller, person: &User) -> Result<(), Denied> {
    if caller.user_id == person.id {
        return Err(own_record(&caller.authority));
    }
    if !manages(&caller.authority, person.department_id) {
        return Err(Denied::NotFound);
    }
    // Only admins change managers and admins, whatever department these belong to.
    match (person.authority.role(), caller.authority.role()) {
        (Role::Employee, _) | (Role::Manager | Role::Admin, Role::Admin) => Ok(()),
        (Role::Manager | Role::Admin, Role::Employee | Role::Manager) => Err(Denied::AdminsManageManagers),
    }
}

/// Checks that a caller may choose a person's language: their own, or as their manager.
pub fn may_choose_language(caller: &Caller, person: &User) -> Result<(), Denied> {
    if caller.user_id == person.id { Ok(()) } else { may_manage(caller, person) }
}

/// Checks that a caller may set a person's PIN: their own, or as their manager.
pub fn may_set_pin(caller: &Caller, person: &User) -> Result<(), Denied> {
    if caller.user_id == person.id { Ok(()) } else { may_manage(caller, person) }
}

/// Checks that a caller may assign or revoke a person's badge as their manager. An admin may also do so for themselves, because
/// a company may have nobody else.
pub fn may_set_badge(caller: &Caller, person: &User) -> Result<(), Denied> {
    let is_own = is_self(caller, person.id) && must_be_admin(caller).is_ok();
    if is_own { Ok(()) } else { may_manage(caller, person) }
}

/// Checks that an account is active. Other accounts may do nothing.
pub fn must_be_active(person: &User) -> Result<(), Denied> {
    match person.status {
        UserStatus::Active => Ok(()),
        UserStatus::Pending => Err(Denied::Session(SessionRefusal::Pending)),
        UserStatus::Disabled => Err(Denied::Session(SessionRefusal::Disabled)),
    }
}

/// The time after a sign-in, or a confirmation of the password, during which sensitive changes are allowed.
pub const RECENT_SIGN_IN: SignedDuration = SignedDuration::from_mins(10);

/// Requires a recent sign-in for a sensitive change: one that gives access or takes it over (a PIN, a second factor, a calendar
/// feed, a service token, a role, another person's password). Check it after the permission for the change, and name
/// `confirmation_required` among the operation's problems.
///
/// # Errors
/// [`Denied::ConfirmationRequired`] where the caller signed in, or confirmed their password, more than 10 minutes ago. A refresh of the
/// access token doesn't count.
pub fn must_have_recent_sign_in(caller: &Caller, now: Timestamp) -> Result<(), Denied> {
    if now.duration_since(caller.authenticated_at) <= RECENT_SIGN_IN {
        Ok(())
    } else {
        Err(Denied::ConfirmationRequired)
    }
}

/// Checks that a person's request may still be granted. After a person has left, their requests end, even if the offboarding
/// hasn't ended them yet.
pub fn may_still_be_granted(person: &User) -> Result<(), Denied> {
    match person.status {
        UserStatus::Pending | UserStatus::Active => Ok(()),
        UserStatus::Disabled => Err(Denied::PersonHasLeft),
    }
}

/// Returns the refusal of a manager's change to their own record. Callers who may make the change for others get the reason.
const fn own_record(authority: &Authority) -> Denied {
    match authority {
        Authority::Employee => Denied::Forbidden,
        Authority::Manager { .. } | Authority::Admin => Denied::OwnRecord,
    }
}

/// The relation of a decision to the person who makes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deciding {
    /// The decision concerns another person's request.
    Anothers,
    /// The decision concerns the decider's own request, because the company has nobody else who could decide it.
    OnesOwn,
}

/// Checks that a caller may decide a person's request: a manager whose scope contains the person, or an admin. Another admin
/// decides an admin's request. Without another admin, a manager of everyone decides. Without either, the admin decides alone.
pub fn may_decide(caller: &Caller, person: &User, deciders: Deciders) -> Result<Deciding, Denied> {
    if caller.user_id == person.id {
        return may_decide_own(caller, deciders).map(|()| Deciding::OnesOwn);
    }
    in_charge(caller, person, deciders).map(|()| Deciding::Anothers)
}

/// Checks that a caller may decide their own request: only the admin of a company in which nobody else could decide it.
pub fn may_decide_own(caller: &Caller, deciders: Deciders) -> Result<(), Denied> {
    let is_alone = deciders.admins <= 1 && deciders.general_managers == 0;
    match caller.authority {
        Authority::Admin if is_alone => Ok(()),
        Authority::Admin | Authority::Manager { .. } | Authority::Employee => Err(Denied::OwnRequest),
    }
}

/// Checks that a caller may edit and excuse a person's days: anyone who decides for the person, but never the person.
pub fn may_edit_days(caller: &Caller, person: &User, deciders: Deciders) -> Result<(), Denied> {
    if caller.user_id == person.id {
        return Err(own_record(&caller.authority));
    }
    in_charge(caller, person, deciders)
}

/// Checks that a caller may plan a person's roster: anyone who decides for the person, but never the person. A system plans only
/// employees.
pub fn may_plan(caller: &Caller, person: &User, deciders: Deciders) -> Result<(), Denied> {
    match caller.kind {
        CallerKind::Person => may_edit_days(caller, person, deciders),
        CallerKind::ServiceToken(_) => may_manage(caller, person),
    }
}

/// Checks that a caller may see an item between two people, such as a swap: either of them, and anyone who may see either.
pub fn may_see_either(caller: &Caller, one: &User, other: &User) -> Result<(), Denied> {
    may_see(caller, one).or_else(|_| may_see(caller, other))
}

/// Checks that a caller may decide an item between two people: anyone who may decide for either, and is neither of them.
pub fn may_decide_either(caller: &Caller, one: &User, other: &User, deciders: Deciders) -> Result<Deciding, Denied> {
    if is_self(caller, other.id) {
        return may_decide(caller, other, deciders);
    }
    match may_decide(caller, one, deciders) {
        Err(denied) if !is_self(caller, one.id) => may_decide(caller, other, deciders).map_err(|_| denied),
        decided => decided,
    }
}

/// Checks that a caller may enter leave for another person, or cancel it: anyone who decides for the person.
pub fn may_arrange_leave(caller: &Caller, person: &User, deciders: Deciders) -> Result<(), Denied> {
    in_charge(caller, person, deciders)
}

/// Checks that a caller other than the person is in charge of the person.
fn in_charge(caller: &Caller, person: &User, deciders: Deciders) -> Result<(), Denied> {
    if !manages(&caller.authority, person.department_id) {
        return Err(Denied::NotFound);
    }
    let other_admins = deciders.admins.saturating_sub(u64::from(person.status == UserStatus::Active));
    match (person.authority.role(), &caller.authority) {
        (Role::Employee | Role::Manager, _) | (Role::Admin, Authority::Admin) => Ok(()),
        (Role::Admin, Authority::Manager { scope: ManagerScope::Everyone }) if other_admins == 0 => Ok(()),
        (Role::Admin, Authority::Manager { .. } | Authority::Employee) => Err(Denied::Forbidden),
    }
}

/// Checks that a caller may assign people to a department.
pub fn may_place_in(caller: &Caller, department: Option<DepartmentId>) -> Result<(), Denied> {
    if manages(&caller.authority, department) { Ok(()) } else { Err(Denied::OtherDepartment) }
}

/// Checks that a caller is an admin.
pub fn must_be_admin(caller: &Caller) -> Result<(), Denied> {
    match caller.authority {
        Authority::Admin => Ok(()),
        Authority::Employee | Authority::Manager { .. } => Err(Denied::AdminOnly),
    }
}

/// Checks that a caller may read what concerns all people, such as events and pay runs: an admin, or a system whose service token
/// is for all people.
pub fn may_read_of_all_people(caller: &Caller) -> Result<(), Denied> {
    match (caller.kind, &caller.authority) {
        (CallerKind::Person, _) => must_be_admin(caller),
        (CallerKind::ServiceToken(_), Authority::Admin | Authority::Manager { scope: ManagerScope::Everyone }) => {
            Ok(())
        }
        (CallerKind::ServiceToken(_), Authority::Manager { .. } | Authority::Employee) => Err(Denied::OtherDepartment),
    }
}

/// Checks that a caller is a manager or an admin.
pub fn must_be_manager(caller: &Caller) -> Result<(), Denied> {
    match caller.authority {
        Authority::Manager { .. } | Authority::Admin => Ok(()),
        Authority::Employee => Err(Denied::ManagerOnly),
    }
}

/// Checks that the caller of a change may still make it. For a person, the check is [`current_profile`]. A service token was
/// read at the start of the request.
pub fn ensure_current(caller: &Caller, profile: Option<&User>) -> Result<(), Denied> {
    match caller.kind {
        CallerKind::Person => current_profile(caller, profile).map(|_| ()),
        CallerKind::ServiceToken(_) => Ok(()),
    }
}

/// Returns the caller's profile that a change has read, if it still agrees with the token: active, with the same role and
/// scope. The check of the session makes the same comparison once per request ([`store::session_check`]). A change that loses a
/// race and decides again checks the profile that it has read again.
pub fn current_profile<'a>(caller: &Caller, profile: Option<&'a User>) -> Result<&'a User, Denied> {
    let profile = profile.ok_or(Denied::Unauthenticated)?;
    must_be_active(profile)?;
    if profile.authority == caller.authority { Ok(profile) } else { Err(Denied::RoleChanged) }
}

fn manages(authority: &Authority, department: Option<DepartmentId>) -> bool {
    match authority {
        Authority::Employee => false,
        Authority::Manager { scope } => scope.holds(department),
        Authority::Admin => true,
    }
}

/// Returns whether the caller is the given person.
pub fn is_self(caller: &Caller, user: UserId) -> bool {
    caller.user_id == user
}

#[cfg(test)]
mod tests;
