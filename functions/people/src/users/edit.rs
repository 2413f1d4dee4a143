//! Changing a profile, however the change was asked for: what may be changed by whom, to what, and what follows from it.

use std::collections::BTreeSet;

use domain::{
    calendar::{WorkDate, Zone},
    email::Email,
    event::{Fact, Subject},
    id::{DepartmentId, SiteId, UserId},
    settings::LeaveAllowance,
    text::Name,
    user::{Authority, Role, User, UserStatus},
    username::Username,
};
use jiff::Timestamp;
use store::{
    Commit,
    people_basis::{PeopleBasis, PeopleQuestion},
};
use web::{Answer, App, Caller, Code, Failed, IfMatch, Problem, RequestId, answers::UserAnswer, authorization};

use super::{check_basis, check_managed, leaving};

/// How a profile shall be.
#[derive(Debug, Clone)]
pub(super) struct Wish {
    pub(super) username: Username,
    pub(super) email: Option<Email>,
    pub(super) full_name: Name,
    pub(super) role: Role,
    pub(super) manages: BTreeSet<DepartmentId>,
    pub(super) manages_all: bool,
    pub(super) status: UserStatus,
    pub(super) department_id: Option<DepartmentId>,
    pub(super) site_id: Option<SiteId>,
    pub(super) time_zone: Option<Zone>,
    pub(super) hired_on: Option<WorkDate>,
    pub(super) left_on: Option<WorkDate>,
    pub(super) tracks_attendance: bool,
    pub(super) annual_leave_days: Option<LeaveAllowance>,
}

/// What of a wish has to be looked up before it can be decided.
#[derive(Debug, Default)]
pub(super) struct Named<'a> {
    pub(super) username: Option<&'a Username>,
    pub(super) email: Option<&'a Email>,
    pub(super) department_id: Option<DepartmentId>,
    pub(super) manages: Option<&'a BTreeSet<DepartmentId>>,
}

/// A request to change a profile.
#[derive(Debug, Clone, Copy)]
pub(super) struct Request<'a> {
    pub(super) app: &'a App,
    pub(super) caller: &'a Caller,
    pub(super) request_id: &'a RequestId,
    pub(super) person: UserId,
    pub(super) if_match: &'a IfMatch,
}

/// Makes one attempt at a change; `wish` says from the profile as it is how it shall be.
pub(super) async fn attempt(
    request: Request<'_>,
    named: &Named<'_>,
    wish: impl Fn(&User) -> Wish,
) -> Result<Answer, Failed> {
    let Request { app, caller, request_id, person, if_match } = request;
    let now = app.now();
    let departments: BTreeSet<DepartmentId> =
        named.department_id.into_iter().chain(named.manages.into_iter().flatten().copied()).collect();
    let question = PeopleQuestion {
        caller: caller.user_id,
        person: Some(person),
        departments: &departments,
        username: named.username,
        email: named.email,
        repeat: None,
    };
    let basis = app.store.people_basis(&question, now).await?;
    authorization::still(caller, basis.caller.as_ref())?;
    let before = basis.person.as_ref().ok_or_else(Problem::not_found)?;
    authorization::may_manage(caller, before)?;
    if_match.check(before.version)?;
    let wish = wish(before);
    let added: BTreeSet<DepartmentId> = wish.manages.difference(&before.authority.manages()).copied().collect();
    check_basis(&basis, person, &added)?;
    let after = decide(caller, &basis, before, wish, now)?;
    let facts = facts(before, &after);
    let zone = basis.zone();
    if facts.is_empty() {
        return Ok(Answer::ok(&UserAnswer::new(before, zone))?.version(before.version));
    }
    let after = User { version: before.version + 1, updated_at: now, ..after };
    let shown = UserAnswer::new(&after, zone);
    let subject = Subject::User(person);
    let action = action(before.status, after.status);
    let mut commit = Commit::new(app.stamp(caller, request_id, now), subject, facts)?;
    commit.audit(subject, action, Some(&UserAnswer::new(before, zone)), Some(&shown))?;
    commit.change_user(before, &after)?;
    check_departments(&mut commit, &added, before, &after)?;
    if before.status != UserStatus::Disabled && after.status == UserStatus::Disabled {
        leaving::leave(&mut commit, &after)?;
    }
    commit.send(&app.store).await?;
    Ok(Answer::ok(&shown)?.version(after.version))
}

/// The profile as it will be, still of its version, if the caller may have it so.
fn decide(
    caller: &Caller,
    basis: &PeopleBasis,
    before: &User,
    wish: Wish,
    now: Timestamp,
) -> Result<User, Problem> {
    check_managed(&wish.manages)?;
    let only_an_admins = wish.role != before.authority.role()
        || wish.manages != before.authority.manages()
        || wish.manages_all != before.authority.manages_all();
    if only_an_admins {
        authorization::must_be_admin(caller)?;
    }
    if wish.department_id != before.department_id {
        authorization::may_place_in(caller, wish.department_id)?;
        if wish.department_id.is_some_and(|id| !basis.departments.contains(&id)) {
            return Err(Problem::invalid("department_id", "is not a department"));
        }
    }
    if wish.site_id != before.site_id && wish.site_id.is_some_and(|id| !basis.sites.contains(id)) {
        return Err(Problem::invalid("site_id", "is not a site"));
    }
    let status = wish.status;
    let after = User {
        username: wish.username,
        email: wish.email,
        full_name: wish.full_name,
        authority: Authority::new(wish.role, wish.manages, wish.manages_all),
        status,
        department_id: wish.department_id,
        site_id: wish.site_id,
        time_zone: wish.time_zone,
        hired_on: wish.hired_on,
        left_on: wish.left_on,
        tracks_attendance: wish.tracks_attendance,
        annual_leave_days: wish.annual_leave_days,
        ..before.clone()
    };
    let employed = |user: &User| (user.hired_on, user.left_on);
    if employed(&after) != employed(before) && !after.hired_on.zip(after.left_on).is_none_or(|(first, last)| first <= last) {
        return Err(Problem::invalid("left_on", "must not be before hired_on"));
    }
    match (before.status, status) {
        (UserStatus::Pending | UserStatus::Disabled, UserStatus::Active) => Ok(activated(before, after, basis, now)),
        (UserStatus::Pending | UserStatus::Active, UserStatus::Disabled) => {
            let today = basis.today_of(&after, now);
            Ok(leaving::left(&after, today))
        }
        (UserStatus::Active | UserStatus::Disabled, UserStatus::Pending) => {
            Err(Problem::invalid("status", "can't go back to pending"))
        }
        (UserStatus::Pending, UserStatus::Pending)
        | (UserStatus::Active, UserStatus::Active)
        | (UserStatus::Disabled, UserStatus::Disabled) => Ok(after),
    }
}

/// Someone who begins works from today on, unless it was said when; someone who comes back hasn't left any more.
fn activated(before: &User, after: User, basis: &PeopleBasis, now: Timestamp) -> User {
    let today = basis.zone().date_of(now);
    let left_on = if after.left_on == before.left_on { None } else { after.left_on };
    User { hired_on: after.hired_on.or(Some(today)), left_on, ..after }
}

/// Departments that someone newly manages must exist when the change is committed. One that the person moves into or out
/// of is held to that already.
fn check_departments(
    commit: &mut Commit,
    added: &BTreeSet<DepartmentId>,
    before: &User,
    after: &User,
) -> Result<(), store::StoreError> {
    let moved = before.department_id != after.department_id;
    let counted = [before.department_id, after.department_id];
    for department in added {
        if !(moved && counted.contains(&Some(*department))) {
            commit.check_department(*department)?;
        }
    }
    Ok(())
}

/// What happened to the profile; nothing if it is as it was.
fn facts(before: &User, after: &User) -> Vec<Fact> {
    let mut facts = Vec::new();
    if before.status != after.status {
        match after.status {
            UserStatus::Active => facts.push(Fact::UserActivated),
            UserStatus::Disabled => facts.push(Fact::UserDisabled),
            UserStatus::Pending => {}
        }
    }
    let fields = changed_fields(before, after);
    if !fields.is_empty() {
        facts.push(Fact::UserChanged { fields });
    }
    facts
}

/// What the audit calls the change.
const fn action(before: UserStatus, after: UserStatus) -> &'static str {
    match (before, after) {
        (UserStatus::Pending | UserStatus::Disabled, UserStatus::Active) => "user_activated",
        (UserStatus::Pending | UserStatus::Active, UserStatus::Disabled) => "user_disabled",
        (UserStatus::Pending | UserStatus::Active | UserStatus::Disabled, _) => "user_changed",
    }
}

/// The fields that differ, by their names in the contract; the status has facts of its own.
fn changed_fields(before: &User, after: &User) -> Vec<String> {
    let differs = [
        ("username", before.username != after.username),
        ("email", before.email != after.email),
        ("full_name", before.full_name != after.full_name),
        ("role", before.authority.role() != after.authority.role()),
        ("manages", before.authority.manages() != after.authority.manages()),
        ("manages_all", before.authority.manages_all() != after.authority.manages_all()),
        ("department_id", before.department_id != after.department_id),
        ("site_id", before.site_id != after.site_id),
        ("time_zone", before.time_zone != after.time_zone),
        ("hired_on", before.hired_on != after.hired_on),
        ("left_on", before.left_on != after.left_on),
        ("tracks_attendance", before.tracks_attendance != after.tracks_attendance),
        ("annual_leave_days", before.annual_leave_days != after.annual_leave_days),
    ];
    differs.into_iter().filter(|(_, differs)| *differs).map(|(field, _)| field.to_owned()).collect()
}
