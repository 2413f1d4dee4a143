//! Changing a profile, however the change was asked for: what may be changed by whom, to what, and what follows from it.

use std::collections::BTreeSet;

use domain::{
    audit::Actor,
    calendar::{WorkDate, Zone},
    email::Email,
    event::{Fact, Subject},
    id::{DepartmentId, SiteId, UserId},
    leave::request::{LeaveRequest, OpenLeave},
    settings::LeaveAllowance,
    text::Name,
    user::{Authority, Role, User, UserStatus},
    username::Username,
};
use jiff::Timestamp;
use store::{
    Commit, StoreError,
    leave_grants::Grants,
    people_basis::{PeopleBasis, PeopleQuestion},
};
use web::{Answer, App, Caller, Failed, IfMatch, Problem, RequestId, answers::UserAnswer, authorization};

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

impl Wish {
    /// The profile as it is.
    pub(super) fn of(person: &User) -> Self {
        Self {
            username: person.username.clone(),
            email: person.email.clone(),
            full_name: person.full_name.clone(),
            role: person.authority.role(),
            manages: person.authority.manages(),
            manages_all: person.authority.manages_all(),
            status: person.status,
            department_id: person.department_id,
            site_id: person.site_id,
            time_zone: person.time_zone.clone(),
            hired_on: person.hired_on,
            left_on: person.left_on,
            tracks_attendance: person.tracks_attendance,
            annual_leave_days: person.annual_leave_days,
        }
    }
}

/// What of a wish has to be looked up before it can be decided.
#[derive(Debug, Default)]
pub(super) struct Named<'a> {
    pub(super) username: Option<&'a Username>,
    pub(super) email: Option<&'a Email>,
    pub(super) department_id: Option<DepartmentId>,
    pub(super) manages: Option<&'a BTreeSet<DepartmentId>>,
}

/// Who asks for a change of whose profile.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asked<'a> {
    pub(super) app: &'a App,
    pub(super) caller: &'a Caller,
    pub(super) request_id: &'a RequestId,
    pub(super) person: UserId,
    pub(super) if_match: &'a IfMatch,
}

/// Makes one attempt at a change; `wish` says from the profile as it is how it shall be.
pub(super) async fn attempt(
    asked: Asked<'_>,
    named: &Named<'_>,
    wish: impl Fn(&User) -> Wish,
) -> Result<Answer, Failed> {
    let Asked { app, caller, request_id, person, if_match } = asked;
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
    let mut facts = facts(before, &after);
    let zone = basis.zone();
    if facts.is_empty() {
        return Ok(Answer::ok(&UserAnswer::new(before, zone))?.version(before.version));
    }
    let after = User { version: before.version + 1, updated_at: now, ..after };
    let shown = UserAnswer::new(&after, zone);
    let leaves = before.status != UserStatus::Disabled && after.status == UserStatus::Disabled;
    let comes_back = before.status == UserStatus::Disabled && after.status == UserStatus::Active;
    if comes_back {
        // What they left open and nobody has ended yet isn't theirs again.
        leaving::offboarding(&asked, now).finish(zone).await?;
    }
    let reindexed =
        if leaves { Vec::new() } else { reindexed_requests(app, &basis.open_leave, before, &after).await? };
    let stamp = app.stamp(caller, request_id, now);
    let grants = grants(app, &basis, before, &after, (stamp.actor, now)).await?;
    facts.extend(grants.iter().flat_map(|grants| grants.facts().iter().cloned()));
    let subject = Subject::User(person);
    let action = action(before.status, after.status);
    let mut commit = Commit::new(stamp, subject, facts)?;
    commit.audit(subject, action, Some(&UserAnswer::new(before, zone)), Some(&shown))?;
    commit.change_user(before, &after)?;
    if !leaves {
        // Someone who left manages nothing, wherever their profile still says what.
        check_departments(&mut commit, &added, before, &after)?;
    }
    if let Some(grants) = &grants {
        commit.grant_leave(&after, grants, &basis.settings)?;
    }
    if !reindexed.is_empty() {
        commit.check_open_leave(person, &basis.open_leave)?;
        // What there is no room for is done by `jobs`, on the event of this change.
        let fitting = reindexed.get(..commit.room()).unwrap_or(&reindexed);
        commit.relist_leave(&after, fitting)?;
    }
    if commit.is_too_large() {
        let message = "names too many departments for one change: add them before or after the rest";
        return Err(Problem::invalid("manages", message).into());
    }
    if leaves {
        leaving::end_account(&asked, commit, &after, zone).await?;
    } else {
        commit.send(&app.store).await?;
    }
    Ok(Answer::ok(&shown)?.version(after.version))
}

/// The open requests of someone whose department or name changes: lists show them by both.
async fn reindexed_requests(
    app: &App,
    open: &OpenLeave,
    before: &User,
    after: &User,
) -> Result<Vec<LeaveRequest>, StoreError> {
    let listed = |person: &User| (person.department_id, person.full_name.clone());
    if listed(before) == listed(after) {
        return Ok(Vec::new());
    }
    app.store.leave_requests_by_id(open.entries().iter().map(|entry| entry.id)).await
}

/// What someone is granted who becomes active, and what another date of hiring or allowance of their own changes of it.
async fn grants(
    app: &App,
    basis: &PeopleBasis,
    before: &User,
    after: &User,
    by: (Actor, Timestamp),
) -> Result<Option<Grants>, StoreError> {
    let hangs_on = |user: &User| (user.status, user.hired_on, user.annual_leave_days);
    if after.status != UserStatus::Active || hangs_on(before) == hangs_on(after) {
        return Ok(None);
    }
    let today = basis.today_of(after, by.1);
    Grants::of_changed(&app.store, after, &basis.settings, &basis.leave_types, today, by).await.map(Some)
}

/// The profile as it will be, still of its version, if the caller may have it so.
fn decide(caller: &Caller, basis: &PeopleBasis, before: &User, wish: Wish, now: Timestamp) -> Result<User, Problem> {
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
    if employed(&after) != employed(before)
        && after.hired_on.zip(after.left_on).is_some_and(|(first, last)| last < first)
    {
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
) -> Result<(), StoreError> {
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

#[cfg(test)]
pub(super) mod tests {
    use domain::{leave::LeaveTypes, schedule::SiteBook, settings::Settings, user::ManagerScope};
    use store::{idempotency::Earlier, settings::VersionedSettings};
    use web::Code;

    use super::*;

    const HARBOUR: &str = "01JBN2V7Q4W0M3T9K5ZXH8R6CA";
    const WORKSHOP: &str = "01JBN2V7Q4W0M3T9K5ZXH8R6CB";

    /// An employee of the harbour.
    pub(crate) fn maria() -> User {
        let at = "2026-01-05T08:00:00Z".parse().unwrap();
        User {
            id: "01JBN2V7Q4W0M3T9K5ZXH8R6CD".parse().unwrap(),
            username: Username::parse("maria.weber").unwrap(),
            email: None,
            full_name: Name::parse("Maria Weber").unwrap(),
            authority: Authority::Employee,
            status: UserStatus::Active,
            department_id: Some(HARBOUR.parse().unwrap()),
            site_id: None,
            time_zone: None,
            hired_on: Some("2026-01-05".parse().unwrap()),
            left_on: None,
            tracks_attendance: true,
            annual_leave_days: None,
            version: 3,
            created_at: at,
            updated_at: at,
        }
    }

    fn wish(person: &User) -> Wish {
        Wish::of(person)
    }

    fn caller(authority: Authority) -> Caller {
        Caller {
            user_id: "01JBN2V7Q4W0M3T9K5ZXH8R6CZ".parse().unwrap(),
            authority,
            department_id: None,
            zone: Zone::UTC,
            family: "01JBN2V7Q4W0M3T9K5ZXH8R6CY".parse().unwrap(),
        }
    }

    fn harbours_manager() -> Caller {
        let scope = ManagerScope::Departments(BTreeSet::from([HARBOUR.parse().unwrap()]));
        caller(Authority::Manager { scope })
    }

    fn decided(caller: &Caller, before: &User, wish: Wish) -> Result<User, Problem> {
        let settings = Settings { time_zone: Zone::parse("Europe/Istanbul").unwrap(), ..Settings::default() };
        let basis = PeopleBasis {
            caller: None,
            person: None,
            open_leave: OpenLeave::default(),
            settings: VersionedSettings { settings, version: 1 },
            leave_types: LeaveTypes::default(),
            ledger_started: false,
            sites: SiteBook::default(),
            departments: [HARBOUR, WORKSHOP].map(|id| id.parse().unwrap()).into(),
            username_holder: None,
            email_holder: None,
            earlier: Earlier::Never,
        };
        decide(caller, &basis, before, wish, "2026-11-02T22:30:00Z".parse().unwrap())
    }

    #[test]
    fn only_an_admin_gives_roles_and_departments_to_manage() {
        let wishes = [
            Wish { role: Role::Manager, ..wish(&maria()) },
            Wish { manages: BTreeSet::from([HARBOUR.parse().unwrap()]), ..wish(&maria()) },
            Wish { manages_all: true, ..wish(&maria()) },
        ];
        for wish in wishes {
            assert!(decided(&caller(Authority::Admin), &maria(), wish.clone()).is_ok());
            let refused = decided(&harbours_manager(), &maria(), wish).unwrap_err();
            assert_eq!(refused.code(), Code::Forbidden);
        }
    }

    #[test]
    fn a_manager_moves_people_within_their_own_departments_only() {
        let to_workshop = Wish { department_id: Some(WORKSHOP.parse().unwrap()), ..wish(&maria()) };
        let refused = decided(&harbours_manager(), &maria(), to_workshop.clone()).unwrap_err();
        assert_eq!(refused.code(), Code::Forbidden);
        assert!(decided(&harbours_manager(), &maria(), Wish { department_id: None, ..wish(&maria()) }).is_err());
        assert!(decided(&caller(Authority::Admin), &maria(), to_workshop).is_ok());
    }

    #[test]
    fn nobody_leaves_before_they_begin() {
        let left_on = Some("2026-01-04".parse().unwrap());
        let refused = decided(&caller(Authority::Admin), &maria(), Wish { left_on, ..wish(&maria()) }).unwrap_err();
        assert_eq!(refused.code(), Code::InvalidValues);
    }

    #[test]
    fn activation_hires_on_the_companys_today_and_forgets_an_earlier_leave() {
        let pending = User { status: UserStatus::Pending, hired_on: None, ..maria() };
        let active = Wish { status: UserStatus::Active, ..wish(&pending) };
        let after = decided(&harbours_manager(), &pending, active).unwrap();
        assert_eq!(after.hired_on, Some("2026-11-03".parse().unwrap()));
        let left = User { status: UserStatus::Disabled, left_on: Some("2026-06-30".parse().unwrap()), ..maria() };
        let back = decided(&harbours_manager(), &left, Wish { status: UserStatus::Active, ..wish(&left) }).unwrap();
        assert_eq!((back.left_on, back.hired_on), (None, maria().hired_on));
        assert!(facts(&left, &back).contains(&Fact::UserActivated));
    }

    #[test]
    fn disabling_by_a_change_is_leaving() {
        let gone = Wish { status: UserStatus::Disabled, ..wish(&maria()) };
        let after = decided(&harbours_manager(), &maria(), gone).unwrap();
        assert_eq!((after.status, after.left_on), (UserStatus::Disabled, Some("2026-11-03".parse().unwrap())));
        let fields = vec!["left_on".to_owned()];
        assert_eq!(facts(&maria(), &after), [Fact::UserDisabled, Fact::UserChanged { fields }]);
    }

    #[test]
    fn an_account_does_not_go_back_to_pending() {
        let pending = Wish { status: UserStatus::Pending, ..wish(&maria()) };
        assert!(decided(&caller(Authority::Admin), &maria(), pending).is_err());
    }

    #[test]
    fn what_stays_as_it_was_is_no_change() {
        let after = decided(&harbours_manager(), &maria(), wish(&maria())).unwrap();
        assert!(facts(&maria(), &after).is_empty());
    }
}
