//! Changes of a profile, for all endpoints that make them: who may change what, which values are valid, and the effects.

use std::collections::BTreeSet;

use domain::{
    FieldRule,
    calendar::Zone,
    email::Email,
    employment::{Employment, EmploymentUpdate},
    event::{AccountFact, Fact, Subject},
    id::{DepartmentId, SiteId},
    language::Language,
    leave::request::{LeaveRequest, OpenLeave},
    settings::LeaveAllowance,
    text::Name,
    user::{Authority, Role, User, UserStatus, facts_of_change},
    username::Username,
};
use jiff::Timestamp;
use store::{
    Commit, Stamp, StoreError,
    leave_grants::Grants,
    people_snapshot::{PeopleQuery, PeopleSnapshot},
};
use web::{Answer, App, Caller, Failed, Problem, allowed::user_actions, answers::UserAnswer, authorization};

use super::{MAX_MANAGED, check_snapshot, leaving, update_context::UpdateContext};

/// The profile as it should be after a change.
#[derive(Debug, Clone)]
pub(crate) struct ProfileUpdate {
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
    pub(super) language: Option<Language>,
    pub(super) employment: EmploymentUpdate,
    pub(super) tracks_attendance: bool,
    pub(super) annual_leave_days: Option<LeaveAllowance>,
}

impl ProfileUpdate {
    /// Returns an update that changes nothing.
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
            language: person.language,
            employment: EmploymentUpdate::default(),
            tracks_attendance: person.tracks_attendance,
            annual_leave_days: person.annual_leave_days,
        }
    }

    /// Returns an update that changes only the status.
    pub(crate) fn with_status(person: &User, status: UserStatus) -> Self {
        Self { status, ..Self::of(person) }
    }
}

/// The parts of an update that must be looked up before it can be decided.
#[derive(Debug, Default)]
pub(crate) struct Named<'a> {
    pub(super) username: Option<&'a Username>,
    pub(super) email: Option<&'a Email>,
    pub(super) department_id: Option<DepartmentId>,
    pub(super) manages: Option<&'a BTreeSet<DepartmentId>>,
}

/// Makes one attempt at a change; `update` computes the updated profile from the current one.
pub(crate) async fn attempt(
    context: UpdateContext<'_>,
    named: &Named<'_>,
    update: impl Fn(&User) -> ProfileUpdate,
) -> Result<Answer, Failed> {
    let UpdateContext { app, caller, request_id, person, if_match, of_language_alone, key } = context;
    let now = app.now();
    let departments: BTreeSet<DepartmentId> =
        named.department_id.into_iter().chain(named.manages.into_iter().flatten().copied()).collect();
    let query = PeopleQuery {
        caller: caller.user_id,
        person: Some(person),
        departments: &departments,
        username: named.username,
        email: named.email,
        repeat: None,
    };
    let snapshot = app.store.people_snapshot(&query, now).await?;
    authorization::ensure_current(caller, snapshot.caller.as_ref())?;
    let before = snapshot.person.as_ref().ok_or_else(Problem::not_found)?;
    if of_language_alone {
        authorization::may_choose_language(caller, before)?;
    } else {
        authorization::may_manage(caller, before)?;
    }
    let update = update(before);
    let added: BTreeSet<DepartmentId> = update.manages.difference(&before.authority.manages()).copied().collect();
    let decided =
        Problem::together(decide(caller, &snapshot, before, update, now), check_snapshot(&snapshot, person, &added));
    let (after, ()) = if_match.check_after(before.version, decided)?;
    let mut facts = facts_of_change(before, &after);
    let shown_before = UserAnswer::new(before, snapshot.zone_of(before));
    if facts.is_empty() {
        let actions = user_actions(caller, before, snapshot.deciders);
        return Ok(Answer::ok(&shown_before.allowing(actions))?.version(before.version));
    }
    let after = User { version: before.version + 1, updated_at: now, ..after };
    let shown = UserAnswer::new(&after, snapshot.zone_of(&after));
    let leaves = before.status != UserStatus::Disabled && after.status == UserStatus::Disabled;
    let comes_back = before.status == UserStatus::Disabled && after.status == UserStatus::Active;
    if comes_back {
        // The person must not get back what was open when they left, so unfinished offboarding is completed first.
        leaving::offboarding(&context, now).finish(snapshot.zone_of(before)).await?;
    }
    let reindexed =
        if leaves { Vec::new() } else { reindexed_requests(app, &snapshot.open_leave, before, &after).await? };
    let corrected = corrected_dates(&snapshot, before, &after, now);
    if !corrected.is_empty() {
        facts.push(Fact::Account(AccountFact::EmploymentCorrected { dates: corrected.clone() }));
    }
    let stamp = app.stamp(caller, request_id, now);
    let change = Change { context, snapshot: &snapshot, added: &added, before, after: &after, facts, stamp };
    let follows = !leaves && before.employments != after.employments && reindexed.is_empty();
    let followed = if follows { change.with_what_follows(&corrected).await? } else { None };
    let mut commit = match followed {
        Some(commit) => commit,
        None => change.alone(&reindexed).await?,
    };
    let answer = Answer::ok(&shown.allowing(user_actions(caller, &after, snapshot.deciders)))?.version(after.version);
    commit.save_answer(key, answer.saved())?;
    if commit.is_too_large() {
        return Err(Problem::invalid("manages", FieldRule::TooManyForOneChange).into());
    }
    if leaves {
        leaving::end_account(&context, commit, &after, snapshot.zone_of(&after)).await?;
    } else {
        commit.send(&app.store).await?;
    }
    Ok(answer)
}

/// Returns the open requests of a person whose department or name changes: lists are indexed by both.
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

/// Returns the past dates whose employment the change adds or removes.
fn corrected_dates(snapshot: &PeopleSnapshot, before: &User, after: &User, now: Timestamp) -> Vec<Employment> {
    let yesterday = snapshot.today_of(after, now).previous();
    before.employments.differing(&after.employments, yesterday)
}

/// A change of a profile that is ready to be committed.
struct Change<'a> {
    context: UpdateContext<'a>,
    snapshot: &'a PeopleSnapshot,
    added: &'a BTreeSet<DepartmentId>,
    before: &'a User,
    after: &'a User,
    facts: Vec<Fact>,
    stamp: Stamp,
}

impl Change<'_> {
    /// Returns the change with all its effects on days and leave from changed employments; `None` if these don't fit into one
    /// transaction.
    async fn with_what_follows(&self, corrected: &[Employment]) -> Result<Option<Commit>, Failed> {
        let PeopleSnapshot { leave_types, open_leave, .. } = self.snapshot;
        let (store, at) = (&self.context.app.store, self.stamp.at);
        let snapshot = store.correction_snapshot(self.after, corrected, leave_types, open_leave, at).await?;
        let Some(snapshot) = snapshot else { return Ok(None) };
        let correction = snapshot.correct(self.after, self.stamp.actor, at);
        let mut commit = self.commit(correction.facts(self.stamp.event_id))?;
        commit.correct_employment(self.after, &snapshot, &correction)?;
        Ok(Some(commit).filter(|commit| !commit.is_too_large()))
    }

    /// Returns the change with leave grants and with the requests that lists must reindex.
    async fn alone(&self, reindexed: &[LeaveRequest]) -> Result<Commit, Failed> {
        let grants = self.grants().await?;
        let mut commit = self.commit(grants.iter().flat_map(|grants| grants.facts().iter().cloned()).collect())?;
        if let Some(grants) = &grants {
            commit.grant_leave(self.after, grants, &self.snapshot.settings)?;
        }
        if !reindexed.is_empty() {
            commit.check_open_leave(self.after.id, &self.snapshot.open_leave)?;
            // The event of this change makes `jobs` reindex the requests for which the transaction has no room.
            let fitting = reindexed.get(..commit.room()).unwrap_or(reindexed);
            commit.relist_leave(self.after, fitting)?;
        }
        Ok(commit)
    }

    /// Returns the commit of the profile, with additional facts.
    fn commit(&self, more: Vec<Fact>) -> Result<Commit, StoreError> {
        let Self { snapshot, before, after, .. } = *self;
        let subject = Subject::User(after.id);
        let facts = self.facts.iter().cloned().chain(more).collect();
        let mut commit = Commit::new(self.stamp.clone(), subject, facts)?;
        let shown = |user: &User| UserAnswer::new(user, snapshot.zone_of(user));
        commit.audit(subject, action(before.status, after.status), Some(&shown(before)), Some(&shown(after)))?;
        commit.change_user(before, after)?;
        if after.status != UserStatus::Disabled || before.status == UserStatus::Disabled {
            // A person who left manages no departments, even if their profile still lists some.
            check_departments(&mut commit, self.added, before, after)?;
        }
        Ok(commit)
    }

    /// Returns the leave grants of a person who becomes active, and their changes when employments or the allowance change.
    async fn grants(&self) -> Result<Option<Grants>, StoreError> {
        let Self { context, snapshot, before, after, .. } = *self;
        let decides = |user: &User| (user.status, user.employments.clone(), user.annual_leave_days);
        if after.status != UserStatus::Active || decides(before) == decides(after) {
            return Ok(None);
        }
        let by = (self.stamp.actor, self.stamp.at);
        let today = snapshot.today_of(after, self.stamp.at);
        let (store, types) = (&context.app.store, &snapshot.leave_types);
        Grants::of_changed(store, after, &snapshot.settings, types, today, by).await.map(Some)
    }
}

/// Returns the changed profile, with its version unchanged, if the caller may make the change.
fn decide(
    caller: &Caller,
    snapshot: &PeopleSnapshot,
    before: &User,
    update: ProfileUpdate,
    now: Timestamp,
) -> Result<User, Problem> {
    let only_an_admins = update.role != before.authority.role()
        || update.manages != before.authority.manages()
        || update.manages_all != before.authority.manages_all();
    if only_an_admins {
        authorization::must_be_admin(caller)?;
    }
    let activates = before.status != UserStatus::Active && update.status == UserStatus::Active;
    if only_an_admins || (activates && update.role != Role::Employee) {
        authorization::must_have_recent_sign_in(caller, now)?;
    }
    if update.department_id != before.department_id {
        authorization::may_place_in(caller, update.department_id)?;
    }
    let is_new = |department: &DepartmentId| Some(*department) != before.department_id;
    let no_department = update.department_id.filter(is_new).is_some_and(|id| !snapshot.departments.contains(&id));
    let no_site = update.site_id != before.site_id && update.site_id.is_some_and(|id| !snapshot.sites.contains(id));
    let faults = Problem::unless_valid([
        (MAX_MANAGED < update.manages.len(), "manages", FieldRule::ItemsAtMost { max: MAX_MANAGED as u64 }),
        (no_department, "department_id", FieldRule::NotADepartment),
        (no_site, "site_id", FieldRule::NotASite),
        (
            before.status != UserStatus::Pending && update.status == UserStatus::Pending,
            "status",
            FieldRule::NotPendingAgain,
        ),
    ]);
    let status = update.status;
    let is_same_address = update.email == before.email;
    let after = User {
        username: update.username,
        email: update.email,
        email_verified_at: before.email_verified_at.filter(|_| is_same_address),
        full_name: update.full_name,
        authority: Authority::new(update.role, update.manages, update.manages_all),
        status,
        department_id: update.department_id,
        site_id: update.site_id,
        time_zone: update.time_zone,
        language: update.language,
        tracks_attendance: update.tracks_attendance,
        annual_leave_days: update.annual_leave_days,
        ..before.clone()
    };
    // The person's date after the change: a new time zone or site is taken into account.
    let today = snapshot.today_of(&after, now);
    let employments = update.employment.decide(before, status, today).map_err(Problem::from);
    let ((), employments) = Problem::together(faults, employments)?;
    Ok(User { employments, ..after })
}

/// Requires departments that a person newly manages to exist at the commit. The commit already requires it of departments that
/// the person moves into or out of.
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

/// Returns the audit's name of the change.
const fn action(before: UserStatus, after: UserStatus) -> &'static str {
    match (before, after) {
        (UserStatus::Pending | UserStatus::Disabled, UserStatus::Active) => "user_activated",
        (UserStatus::Pending | UserStatus::Active, UserStatus::Disabled) => "user_disabled",
        (UserStatus::Pending | UserStatus::Active | UserStatus::Disabled, _) => "user_changed",
    }
}

#[cfg(test)]
pub(super) mod tests {
    use domain::{
        employment::Employments, leave::LeaveTypes, schedule::SiteBook, settings::Settings, user::ManagerScope,
    };
    use store::{idempotency::Earlier, settings::VersionedSettings, users::Deciders};
    use web::{Code, caller::CallerKind};

    use super::*;
    use crate::given::PatchField;

    const NOW: &str = "2026-11-02T22:30:00Z";
    const HARBOUR: &str = "01JBN2V7Q4W0M3T9K5ZXH8R6CA";
    const WORKSHOP: &str = "01JBN2V7Q4W0M3T9K5ZXH8R6CB";

    /// An employee of the harbour department.
    pub(crate) fn maria() -> User {
        let at = "2026-01-05T08:00:00Z".parse().unwrap();
        User {
            id: "01JBN2V7Q4W0M3T9K5ZXH8R6CD".parse().unwrap(),
            username: Username::parse("maria.weber").unwrap(),
            email: None,
            email_verified_at: None,
            full_name: Name::parse("Maria Weber").unwrap(),
            authority: Authority::Employee,
            status: UserStatus::Active,
            department_id: Some(HARBOUR.parse().unwrap()),
            site_id: None,
            time_zone: None,
            language: None,
            employments: Employments::since("2026-01-05".parse().unwrap()),
            tracks_attendance: true,
            annual_leave_days: None,
            session_epoch: 0,
            version: 3,
            created_at: at,
            updated_at: at,
        }
    }

    fn update(person: &User) -> ProfileUpdate {
        ProfileUpdate::of(person)
    }

    fn caller(authority: Authority) -> Caller {
        Caller(app::Caller {
            kind: CallerKind::Person,
            user_id: "01JBN2V7Q4W0M3T9K5ZXH8R6CZ".parse().unwrap(),
            authority,
            department_id: None,
            zone: Zone::UTC,
            family: "01JBN2V7Q4W0M3T9K5ZXH8R6CY".parse().unwrap(),
            authenticated_at: NOW.parse().unwrap(),
        })
    }

    fn harbours_manager() -> Caller {
        let scope = ManagerScope::Departments(BTreeSet::from([HARBOUR.parse().unwrap()]));
        caller(Authority::Manager { scope })
    }

    fn decided(caller: &Caller, before: &User, update: ProfileUpdate) -> Result<User, Problem> {
        let settings = Settings { time_zone: Zone::parse("Europe/Istanbul").unwrap(), ..Settings::default() };
        let snapshot = PeopleSnapshot {
            caller: None,
            person: None,
            open_leave: OpenLeave::default(),
            settings: VersionedSettings { settings, version: 1 },
            leave_types: LeaveTypes::default(),
            ledger_started: false,
            sites: SiteBook::default(),
            departments: [HARBOUR, WORKSHOP].map(|id| id.parse().unwrap()).into(),
            username_holder: None,
            deciders: Deciders::default(),
            email_holder: None,
            earlier: Earlier::Never,
        };
        decide(caller, &snapshot, before, update, NOW.parse().unwrap())
    }

    #[test]
    fn giving_rights_needs_a_recent_sign_in() {
        let signed_in_at =
            |at: &str| Caller(app::Caller { authenticated_at: at.parse().unwrap(), ..caller(Authority::Admin).0 });
        let (recent, stale) = (signed_in_at("2026-11-02T22:20:00Z"), signed_in_at("2026-11-02T22:19:59Z"));
        let needs_confirmation = |caller: &Caller, before: &User, update: ProfileUpdate| {
            decided(caller, before, update).is_err_and(|problem| problem.code() == Code::ConfirmationRequired)
        };
        let former_admin = User { status: UserStatus::Disabled, authority: Authority::Admin, ..maria() };
        let former_employee = User { status: UserStatus::Disabled, ..maria() };
        for (before, update, is_sensitive) in [
            (maria(), ProfileUpdate { role: Role::Manager, ..update(&maria()) }, true),
            (former_admin.clone(), ProfileUpdate { role: Role::Employee, ..update(&former_admin) }, true),
            (former_admin.clone(), ProfileUpdate { status: UserStatus::Active, ..update(&former_admin) }, true),
            (former_employee.clone(), ProfileUpdate { status: UserStatus::Active, ..update(&former_employee) }, false),
            (maria(), ProfileUpdate { tracks_attendance: false, ..update(&maria()) }, false),
        ] {
            assert!(!needs_confirmation(&recent, &before, update.clone()), "{update:?}");
            assert_eq!(needs_confirmation(&stale, &before, update.clone()), is_sensitive, "{update:?}");
        }
    }

    #[test]
    fn only_an_admin_gives_roles_and_departments_to_manage() {
        let updates = [
            ProfileUpdate { role: Role::Manager, ..update(&maria()) },
            ProfileUpdate { manages: BTreeSet::from([HARBOUR.parse().unwrap()]), ..update(&maria()) },
            ProfileUpdate { manages_all: true, ..update(&maria()) },
        ];
        for update in updates {
            assert!(decided(&caller(Authority::Admin), &maria(), update.clone()).is_ok());
            let refused = decided(&harbours_manager(), &maria(), update).unwrap_err();
            assert_eq!(refused.code(), Code::Forbidden);
        }
    }

    #[test]
    fn a_manager_moves_people_within_their_own_departments_only() {
        let to_workshop = ProfileUpdate { department_id: Some(WORKSHOP.parse().unwrap()), ..update(&maria()) };
        let refused = decided(&harbours_manager(), &maria(), to_workshop.clone()).unwrap_err();
        assert_eq!(refused.code(), Code::Forbidden);
        assert!(
            decided(&harbours_manager(), &maria(), ProfileUpdate { department_id: None, ..update(&maria()) }).is_err()
        );
        assert!(decided(&caller(Authority::Admin), &maria(), to_workshop).is_ok());
    }

    #[test]
    fn nobody_leaves_before_they_begin() {
        let left_on = PatchField::Value("2026-01-04".parse().unwrap());
        let employment = EmploymentUpdate { left_on, ..EmploymentUpdate::default() };
        let refused =
            decided(&caller(Authority::Admin), &maria(), ProfileUpdate { employment, ..update(&maria()) }).unwrap_err();
        assert_eq!(refused.code(), Code::InvalidValues);
    }

    #[test]
    fn activation_employs_from_today_where_the_person_is() {
        let pending = User { status: UserStatus::Pending, employments: Employments::NONE, ..maria() };
        let active = ProfileUpdate { status: UserStatus::Active, ..update(&pending) };
        let after = decided(&harbours_manager(), &pending, active.clone()).unwrap();
        assert_eq!(after.employments, Employments::since("2026-11-03".parse().unwrap()));
        let honolulu = ProfileUpdate { time_zone: Some(Zone::parse("Pacific/Honolulu").unwrap()), ..active };
        let after = decided(&harbours_manager(), &pending, honolulu).unwrap();
        assert_eq!(after.employments, Employments::since("2026-11-02".parse().unwrap()));
        assert!(facts_of_change(&pending, &after).contains(&Fact::Account(AccountFact::UserActivated)));
    }

    #[test]
    fn disabling_by_a_change_is_leaving() {
        let gone = ProfileUpdate { status: UserStatus::Disabled, ..update(&maria()) };
        let after = decided(&harbours_manager(), &maria(), gone).unwrap();
        assert_eq!(
            (after.status, after.employments.left_on()),
            (UserStatus::Disabled, Some("2026-11-03".parse().unwrap()))
        );
        let fields = ["left_on", "employments"].map(str::to_owned).to_vec();
        assert_eq!(
            facts_of_change(&maria(), &after),
            [Fact::Account(AccountFact::UserDisabled), Fact::Account(AccountFact::UserChanged { fields })]
        );
    }

    #[test]
    fn an_account_does_not_go_back_to_pending() {
        let pending = ProfileUpdate { status: UserStatus::Pending, ..update(&maria()) };
        assert!(decided(&caller(Authority::Admin), &maria(), pending).is_err());
    }

    #[test]
    fn what_stays_as_it_was_is_no_change() {
        let after = decided(&harbours_manager(), &maria(), update(&maria())).unwrap();
        assert!(facts_of_change(&maria(), &after).is_empty());
    }
}
