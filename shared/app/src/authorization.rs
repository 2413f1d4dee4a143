//! The authorization rules for lists, details and changes: all decisions are made here. Everything that isn't explicitly
//! allowed is denied.

use domain::{
    id::{DepartmentId, UserId},
    user::{Authority, ManagerScope, Role, User, UserStatus},
};
use jiff::{SignedDuration, Timestamp};
use store::{people_lists::ListScope, session_check::SessionRefusal, users::Deciders};

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

/// Checks that a caller may plan a person's roster: anyone who decides for the person, but never the person.
pub fn may_plan(caller: &Caller, person: &User, deciders: Deciders) -> Result<(), Denied> {
    may_edit_days(caller, person, deciders)
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

/// Checks that a caller may read the events of the whole company: an admin, or a system whose service token is for all people.
pub fn may_read_events(caller: &Caller) -> Result<(), Denied> {
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

/// A permission that applies in the whole company. The actions on single items are in [`crate::allowed`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Permission {
    /// Lists people, and their days, leave and corrections, within the manager's scope.
    SeePeople,
    /// Decides requests, corrections and swaps.
    Decide,
    /// Edits, excuses and acknowledges days.
    EditDays,
    /// Plans and imports rosters.
    PlanRosters,
    /// Enters leave for others, and adjusts balances.
    ManageLeave,
    /// Creates, changes and disables people.
    ManagePeople,
    /// Activates those who have registered.
    ActivateRegistrations,
    /// Changes roles and the departments that managers manage.
    AssignRoles,
    /// Changes settings, departments, sites, holidays and types of leave.
    ManageCompany,
    /// Adds and revokes kiosks.
    ManageKiosks,
    /// Creates and revokes service tokens.
    ManageServiceTokens,
    /// Creates, changes and deletes webhooks.
    ManageWebhooks,
    /// Reads the audit.
    ReadAudit,
}

/// Returns all permissions of a caller in the company.
pub fn permissions(caller: &Caller) -> Vec<Permission> {
    use Permission::{
        ActivateRegistrations, AssignRoles, Decide, EditDays, ManageCompany, ManageKiosks, ManageLeave, ManagePeople,
        ManageServiceTokens, ManageWebhooks, PlanRosters, ReadAudit, SeePeople,
    };
    let as_manager = must_be_manager(caller).is_ok();
    // People who register don't belong to a department yet.
    let of_everyone = may_place_in(caller, None).is_ok();
    let as_admin = must_be_admin(caller).is_ok();
    let held = [
        (as_manager, &[SeePeople, Decide, EditDays, PlanRosters, ManageLeave, ManagePeople][..]),
        (of_everyone, &[ActivateRegistrations]),
        (as_admin, &[AssignRoles, ManageCompany, ManageKiosks, ManageServiceTokens, ManageWebhooks, ReadAudit]),
    ];
    held.into_iter().filter(|(is_held, _)| *is_held).flat_map(|(_, permissions)| permissions).copied().collect()
}

/// The people whose lists a caller may see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Visible {
    /// All people.
    Everyone,
    /// The people of the given departments.
    Departments(Vec<DepartmentId>),
}

impl From<Visible> for ListScope {
    fn from(visible: Visible) -> Self {
        match visible {
            Visible::Everyone => Self::Everyone,
            Visible::Departments(departments) => Self::Departments(departments.into_iter().collect()),
        }
    }
}

/// Returns the departments whose people a manager may list.
pub fn visible_people(caller: &Caller) -> Result<Visible, Denied> {
    match &caller.authority {
        Authority::Admin | Authority::Manager { scope: ManagerScope::Everyone } => Ok(Visible::Everyone),
        Authority::Manager { scope: ManagerScope::Departments(departments) } => {
            Ok(Visible::Departments(departments.iter().copied().collect()))
        }
        Authority::Employee => Err(Denied::ManagerOnly),
    }
}

/// Returns the departments whose people a manager may list: all departments that they manage, or the requested one.
pub fn visible_people_of(caller: &Caller, department: Option<DepartmentId>) -> Result<Visible, Denied> {
    match (visible_people(caller)?, department) {
        (visible, None) => Ok(visible),
        (Visible::Everyone, Some(id)) => Ok(Visible::Departments(vec![id])),
        (Visible::Departments(visible), Some(id)) if visible.contains(&id) => Ok(Visible::Departments(vec![id])),
        (Visible::Departments(_), Some(_)) => Err(Denied::OtherDepartment),
    }
}

/// The part of a board that a caller may see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum VisibleBoard {
    /// The full lines of the people whom the caller manages.
    Lines(Visible),
    /// Only the presence of the people of the caller's own department; nobody if the caller has no department.
    Presence(Option<DepartmentId>),
}

/// Returns the part of the board that a caller may see, for all departments or for the requested one.
pub fn visible_board(caller: &Caller, department: Option<DepartmentId>) -> Result<VisibleBoard, Denied> {
    let is_own_department = department.is_none_or(|id| caller.department_id == Some(id));
    match (visible_people(caller), department) {
        (Ok(visible), None) => Ok(VisibleBoard::Lines(visible)),
        (Ok(_), Some(id)) if manages(&caller.authority, department) => {
            Ok(VisibleBoard::Lines(Visible::Departments(vec![id])))
        }
        // In their own department, a manager sees the board as a colleague.
        (Ok(_) | Err(_), _) if is_own_department => Ok(VisibleBoard::Presence(caller.department_id)),
        (Ok(_), Some(_)) => Err(Denied::Forbidden),
        (Err(denied), _) => Err(denied),
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
mod tests {
    use std::collections::BTreeSet;

    use domain::{
        calendar::Zone,
        employment::Employments,
        notification::{Managers, Office},
        text::Name,
        username::Username,
    };

    use super::*;

    fn id<T: std::str::FromStr<Err = domain::Invalid>>(number: u8) -> T {
        format!("01JBN2V7Q4W0M3T9K5ZXH8R6C{number}").parse().unwrap()
    }

    fn department(number: u8) -> DepartmentId {
        id(number)
    }

    fn person(number: u8, authority: Authority, department_id: Option<DepartmentId>) -> User {
        User {
            id: id(number),
            username: Username::parse("maria").unwrap(),
            email: None,
            email_verified_at: None,
            full_name: Name::parse("Maria").unwrap(),
            authority,
            status: UserStatus::Active,
            department_id,
            site_id: None,
            time_zone: None,
            language: None,
            employments: Employments::always(),
            tracks_attendance: true,
            annual_leave_days: None,
            session_epoch: 0,
            version: 1,
            created_at: Timestamp::UNIX_EPOCH,
            updated_at: Timestamp::UNIX_EPOCH,
        }
    }

    fn caller(user: &User) -> Caller {
        Caller {
            kind: CallerKind::Person,
            user_id: user.id,
            authority: user.authority.clone(),
            department_id: user.department_id,
            zone: Zone::UTC,
            family: id(1),
            authenticated_at: Timestamp::UNIX_EPOCH,
        }
    }

    fn manager_of(departments: &[DepartmentId]) -> Authority {
        Authority::Manager { scope: ManagerScope::Departments(departments.iter().copied().collect::<BTreeSet<_>>()) }
    }

    const EVERYONE: Authority = Authority::Manager { scope: ManagerScope::Everyone };

    fn decides(by: &User, of: &User, admins: u64, general_managers: u64) -> Result<Deciding, Denied> {
        may_decide(&caller(by), of, Deciders { admins, general_managers })
    }

    #[test]
    fn a_manager_decides_for_those_in_scope_and_an_admin_for_everyone() {
        let maria = person(1, Authority::Employee, Some(department(1)));
        let unplaced = person(2, Authority::Employee, None);
        let hers = person(3, manager_of(&[department(1)]), Some(department(1)));
        let others = person(4, manager_of(&[department(2)]), Some(department(1)));
        let (general, admin) = (person(5, EVERYONE, None), person(6, Authority::Admin, None));
        for (by, of, expected) in [
            (&hers, &maria, Ok(Deciding::Anothers)),
            (&others, &maria, Err(Denied::NotFound)),
            (&general, &maria, Ok(Deciding::Anothers)),
            (&admin, &maria, Ok(Deciding::Anothers)),
            (&hers, &unplaced, Err(Denied::NotFound)),
            (&general, &unplaced, Ok(Deciding::Anothers)),
            // Two managers of a department decide for each other.
            (&person(7, manager_of(&[department(1)]), None), &hers, Ok(Deciding::Anothers)),
            (&unplaced, &maria, Err(Denied::NotFound)),
        ] {
            assert_eq!(decides(by, of, 1, 1), expected, "{:?} of {:?}", by.authority, of.department_id);
        }
    }

    #[test]
    fn nobody_decides_their_own_but_the_sole_admin_with_nobody_else() {
        let admin = person(1, Authority::Admin, None);
        assert_eq!(decides(&admin, &admin, 2, 0), Err(Denied::OwnRequest));
        assert_eq!(decides(&admin, &admin, 1, 1), Err(Denied::OwnRequest));
        assert_eq!(decides(&admin, &admin, 1, 0), Ok(Deciding::OnesOwn));
        for authority in [Authority::Employee, EVERYONE] {
            let own = person(2, authority, None);
            assert_eq!(decides(&own, &own, 0, 0), Err(Denied::OwnRequest));
        }
        let edit = may_edit_days(&caller(&admin), &admin, Deciders { admins: 1, general_managers: 0 });
        assert_eq!(edit, Err(Denied::OwnRecord));
    }

    #[test]
    fn for_an_admin_decides_another_admin_else_a_manager_of_everyone() {
        let admin = person(1, Authority::Admin, Some(department(1)));
        let other = person(2, Authority::Admin, None);
        let general = person(3, EVERYONE, None);
        let hers = person(4, manager_of(&[department(1)]), None);
        assert_eq!(decides(&other, &admin, 2, 1), Ok(Deciding::Anothers));
        assert_eq!(decides(&general, &admin, 2, 1), Err(Denied::Forbidden));
        assert_eq!(decides(&general, &admin, 1, 1), Ok(Deciding::Anothers));
        assert_eq!(decides(&hers, &admin, 1, 1), Err(Denied::Forbidden));
    }

    #[test]
    fn a_manager_lists_no_department_of_others() {
        let manager = caller(&person(1, manager_of(&[department(1)]), None));
        let only_theirs = Visible::Departments(vec![department(1)]);
        assert_eq!(visible_people_of(&manager, None).unwrap(), only_theirs);
        assert_eq!(visible_people_of(&manager, Some(department(1))).unwrap(), only_theirs);
        assert_eq!(visible_people_of(&manager, Some(department(2))), Err(Denied::OtherDepartment));
        let general = caller(&person(2, EVERYONE, None));
        assert_eq!(visible_people_of(&general, None).unwrap(), Visible::Everyone);
        assert_eq!(visible_people_of(&general, Some(department(1))).unwrap(), only_theirs);
        let maria = caller(&person(3, Authority::Employee, Some(department(1))));
        assert_eq!(visible_people_of(&maria, Some(department(1))), Err(Denied::ManagerOnly));
    }

    #[test]
    fn a_sign_in_allows_sensitive_changes_for_ten_minutes() {
        let ada = caller(&person(1, Authority::Admin, None));
        let after = |seconds| must_have_recent_sign_in(&ada, Timestamp::from_second(seconds).unwrap());
        assert_eq!(after(0), Ok(()));
        assert_eq!(after(600), Ok(()));
        assert_eq!(after(601), Err(Denied::ConfirmationRequired));
    }

    /// `Managers::deciders_of` selects the people that `notify` notifies. This test compares it with the rule of the decision
    /// itself.
    #[test]
    fn who_is_told_of_a_person_is_who_may_decide_for_them() {
        let authorities =
            [Authority::Employee, manager_of(&[]), manager_of(&[department(1)]), EVERYONE, Authority::Admin];
        let places = [None, Some(department(1)), Some(department(2))];
        // Companies of three people, with every combination of roles and departments.
        for first in &authorities {
            for second in &authorities {
                for third in &authorities {
                    for place in places {
                        let people = [
                            person(1, first.clone(), place),
                            person(2, second.clone(), Some(department(1))),
                            person(3, third.clone(), None),
                        ];
                        holds_for(&people);
                    }
                }
            }
        }
    }

    fn holds_for(people: &[User]) {
        let mut managers = Managers::default();
        for user in people {
            for office in Office::held_by(user) {
                managers.enter(office, user.id);
            }
        }
        let count = |counts: fn(&User) -> bool| people.iter().filter(|user| counts(user)).count() as u64;
        let (admins, general_managers) =
            (count(|user| user.authority == Authority::Admin), count(|user| user.authority.manages_all()));
        for of in people {
            let may = people.iter().filter(|by| decides(by, of, admins, general_managers) == Ok(Deciding::Anothers));
            let may: BTreeSet<UserId> = may.map(|user| user.id).collect();
            assert_eq!(managers.deciders_of(of), may, "{of:?} among {people:?}");
        }
    }
}
