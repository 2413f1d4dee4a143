//! Changes of profiles: who may change what, which values are valid, and the effects on leave, days and lists.
//!
//! A change may end an account. Its transaction then removes all of the person's access. The rest follows it
//! ([`finish`], docs/rules.md#joining-leaving-and-moving).

use std::collections::BTreeSet;

use answers::UserAnswer;
use domain::{
    FieldFault, FieldRule,
    calendar::Zone,
    email::Email,
    employment::Employment,
    event::{AccountFact, Fact, Subject},
    id::{DepartmentId, UserId},
    leave::request::{LeaveRequest, OpenLeave},
    user::{ProfileUpdate, User, UserStatus, Workplaces, facts_of_change},
    username::Username,
};
use jiff::Timestamp;
use serde::Deserialize;
use store::{
    Commit, Condition, Stamp, Store, StoreError,
    leave_grants::Grants,
    people_snapshot::{PeopleQuery, PeopleSnapshot},
};
use utoipa::ToSchema;

use super::{PeopleRefusal, check_named, offboarding::Offboarding};
use crate::{
    Caller, Denied, Failed, Outcome, Prepared, Refusal, Request, Versions, allowed::user_actions, authorization,
    use_case::check_repeat,
};

/// The subject of a change of a profile.
#[derive(Debug, Clone, Copy)]
pub struct ProfileChange<'a> {
    /// The person.
    pub person: UserId,
    /// The versions of the profile that the client knows.
    pub versions: &'a Versions,
    /// The parts of the change that are looked up before it is decided.
    pub named: Named<'a>,
    /// Whether the change is of the language only, which people may change for themselves.
    pub of_language_alone: bool,
}

/// The parts of a change that must be looked up before it can be decided.
#[derive(Debug, Default, Clone, Copy)]
pub struct Named<'a> {
    /// The new username.
    pub username: Option<&'a Username>,
    /// The new e-mail address.
    pub email: Option<&'a Email>,
    /// The new department.
    pub department_id: Option<DepartmentId>,
    /// The departments that the person is to manage.
    pub manages: Option<&'a BTreeSet<DepartmentId>>,
}

/// A profile after a change.
#[derive(Debug)]
pub struct ChangedProfile {
    /// The profile, as the caller receives it.
    pub shown: UserAnswer,
    /// The person and their zone, if the change ends the account.
    left: Option<(UserId, Zone)>,
}

/// A decision on a person who has registered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Admission {
    /// The person may sign in.
    Active,
    /// The person may not sign in.
    Disabled,
}

/// Changes a profile; `update` computes the updated profile from the current one. Call [`finish`] after the commit.
///
/// # Errors
/// The caller may not make the change, its values are invalid, or the profile has another version.
pub async fn change(
    request: &Request<'_>,
    change: &ProfileChange<'_>,
    update: impl Fn(&User) -> ProfileUpdate,
) -> Result<Outcome<ChangedProfile>, Failed> {
    let Request { ports, caller, repeat, .. } = *request;
    let ProfileChange { person, versions, named, of_language_alone } = *change;
    let now = ports.now;
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
    let snapshot = ports.store.people_snapshot(&query, now).await?;
    authorization::ensure_current(caller, snapshot.caller.as_ref())?;
    let before = snapshot.person.as_ref().ok_or(Denied::NotFound)?;
    if of_language_alone {
        authorization::may_choose_language(caller, before)?;
    } else {
        authorization::may_manage(caller, before)?;
    }
    let update = update(before);
    let added = update.newly_managed(before);
    let decided =
        Refusal::together(decide(caller, &snapshot, before, update, now), check_named(&snapshot, person, &added));
    let (after, ()) = versions.check_after(before.version, decided)?;
    let mut facts = facts_of_change(before, &after);
    let shown = |user: &User| {
        let actions = user_actions(caller, user, snapshot.deciders);
        UserAnswer::new(user, snapshot.zone_of(user)).allowing(actions)
    };
    if facts.is_empty() {
        let answer = ChangedProfile { shown: shown(before), left: None };
        return Ok(Outcome::Unchanged { answer, version: before.version });
    }
    let after = User { version: before.version + 1, updated_at: now, ..after };
    let leaves = before.status != UserStatus::Disabled && after.status == UserStatus::Disabled;
    let comes_back = before.status == UserStatus::Disabled && after.status == UserStatus::Active;
    if comes_back {
        // The person must not get back what was open when they left, so unfinished offboarding is completed first.
        offboarding(request, person).finish(snapshot.zone_of(before)).await?;
    }
    let reindexed =
        if leaves { Vec::new() } else { reindexed_requests(ports.store, &snapshot.open_leave, before, &after).await? };
    let corrected = corrected_dates(&snapshot, before, &after, now);
    if !corrected.is_empty() {
        facts.push(Fact::Account(AccountFact::EmploymentCorrected { dates: corrected.clone() }));
    }
    let (store, stamp) = (ports.store, request.stamp());
    let effects = Effects { store, snapshot: &snapshot, added: &added, before, after: &after, facts, stamp };
    let follows = !leaves && before.employments != after.employments && reindexed.is_empty();
    let followed = if follows { effects.with_what_follows(&corrected).await? } else { None };
    let mut commit = match followed {
        Some(commit) => commit,
        None => effects.alone(&reindexed).await?,
    };
    // The saved answer takes one more action.
    if commit.is_too_large() || (repeat.is_some() && commit.room() == 0) {
        let fault = FieldFault::new("manages", FieldRule::TooManyForOneChange);
        return Err(Refusal::Invalid(vec![fault]).into());
    }
    if leaves {
        commit.end_access(person)?;
    }
    let left = leaves.then(|| (person, snapshot.zone_of(&after).clone()));
    let answer = ChangedProfile { shown: shown(&after), left };
    Ok(Outcome::Changed(Prepared { commit, answer, version: after.version }))
}

/// Ends what a person left open whose account a committed change has ended. It may fail: `jobs` also does it, on the event of
/// the change.
pub async fn finish(request: &Request<'_>, changed: ChangedProfile) {
    let Some((person, zone)) = changed.left else { return };
    if let Err(error) = offboarding(request, person).finish(&zone).await {
        tracing::warn!(%person, %error, "what a leaver left open is ended by jobs");
    }
}

/// Activates or disables a person who has registered. Call [`finish`] after the commit.
///
/// # Errors
/// The caller may not manage the person, or the registration is decided.
pub async fn admit(
    request: &Request<'_>,
    person: UserId,
    admission: Admission,
) -> Result<Outcome<ChangedProfile>, Failed> {
    check_repeat(request).await?;
    let before = request.ports.store.user(person).await?.ok_or(Denied::NotFound)?;
    match before.status {
        UserStatus::Pending => {}
        UserStatus::Active | UserStatus::Disabled => return Err(PeopleRefusal::RegistrationDecided.into()),
    }
    let status = match admission {
        Admission::Active => UserStatus::Active,
        Admission::Disabled => UserStatus::Disabled,
    };
    let versions = Versions::OneOf(vec![before.version]);
    let of_status = ProfileChange { person, versions: &versions, named: Named::default(), of_language_alone: false };
    let changed = change(request, &of_status, |before| ProfileUpdate::with_status(before, status)).await;
    match changed {
        // Another request has changed the profile meanwhile: decide on its current version.
        Err(Failed::Refused(Refusal::OtherVersion { .. })) => Err(Failed::ConditionFailed(Condition::Version)),
        changed => changed,
    }
}

/// Returns the changed profile, with its version unchanged, if the caller may make the change.
fn decide(
    caller: &Caller,
    snapshot: &PeopleSnapshot,
    before: &User,
    update: ProfileUpdate,
    now: Timestamp,
) -> Result<User, Refusal> {
    if update.changes_authority(before) {
        authorization::must_be_admin(caller)?;
    }
    if update.changes_rights(before) {
        authorization::must_have_recent_sign_in(caller, now)?;
    }
    if update.department_id != before.department_id {
        authorization::may_place_in(caller, update.department_id)?;
    }
    update.apply(before, &workplaces(snapshot), now).map_err(Refusal::from)
}

/// Returns the part of the company that profiles depend on.
pub(super) fn workplaces(snapshot: &PeopleSnapshot) -> Workplaces<'_> {
    let PeopleSnapshot { departments, sites, settings, .. } = snapshot;
    Workplaces { departments, sites, time_zone: &settings.settings.time_zone }
}

/// Returns the offboarding of a person, with the caller as its actor.
fn offboarding<'a>(request: &Request<'a>, person: UserId) -> Offboarding<'a> {
    let Request { ports, caller, request_id, .. } = *request;
    Offboarding {
        store: ports.store,
        entropy: ports.entropy,
        person,
        actor: caller.actor(),
        request_id: Some(request_id.to_owned()),
        now: ports.now,
    }
}

/// Returns the open requests of a person whose department or name changes: lists are indexed by both.
async fn reindexed_requests(
    store: &Store,
    open: &OpenLeave,
    before: &User,
    after: &User,
) -> Result<Vec<LeaveRequest>, StoreError> {
    let listed = |person: &User| (person.department_id, person.full_name.clone());
    if listed(before) == listed(after) {
        return Ok(Vec::new());
    }
    store.leave_requests_by_id(open.entries().iter().map(|entry| entry.id)).await
}

/// Returns the past dates whose employment the change adds or removes.
fn corrected_dates(snapshot: &PeopleSnapshot, before: &User, after: &User, now: Timestamp) -> Vec<Employment> {
    let yesterday = snapshot.today_of(after, now).previous();
    before.employments.differing(&after.employments, yesterday)
}

/// A decided change of a profile, with what its effects depend on.
struct Effects<'a> {
    store: &'a Store,
    snapshot: &'a PeopleSnapshot,
    added: &'a BTreeSet<DepartmentId>,
    before: &'a User,
    after: &'a User,
    facts: Vec<Fact>,
    stamp: Stamp,
}

impl Effects<'_> {
    /// Returns the change with all its effects on days and leave from changed employments; `None` if these don't fit into one
    /// transaction.
    async fn with_what_follows(&self, corrected: &[Employment]) -> Result<Option<Commit>, Failed> {
        let PeopleSnapshot { leave_types, open_leave, .. } = self.snapshot;
        let (store, at) = (self.store, self.stamp.at);
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
        let Self { store, snapshot, before, after, .. } = *self;
        let decides = |user: &User| (user.status, user.employments.clone(), user.annual_leave_days);
        if after.status != UserStatus::Active || decides(before) == decides(after) {
            return Ok(None);
        }
        let by = (self.stamp.actor, self.stamp.at);
        let today = snapshot.today_of(after, self.stamp.at);
        Grants::of_changed(store, after, &snapshot.settings, &snapshot.leave_types, today, by).await.map(Some)
    }
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
mod tests {
    use domain::{
        leave::LeaveTypes,
        schedule::SiteBook,
        settings::Settings,
        user::{Authority, ManagerScope, Role},
    };
    use fixtures::{HARBOUR, maria};
    use store::{idempotency::Earlier, settings::VersionedSettings, users::Deciders};

    use super::*;
    use crate::caller::CallerKind;

    const NOW: &str = "2026-11-02T22:30:00Z";
    const WORKSHOP: &str = "01JBN2V7Q4W0M3T9K5ZXH8R6CB";

    fn update(person: &User) -> ProfileUpdate {
        ProfileUpdate::of(person)
    }

    fn caller(authority: Authority) -> Caller {
        Caller {
            kind: CallerKind::Person,
            user_id: "01JBN2V7Q4W0M3T9K5ZXH8R6CZ".parse().unwrap(),
            authority,
            department_id: None,
            zone: Zone::UTC,
            family: "01JBN2V7Q4W0M3T9K5ZXH8R6CY".parse().unwrap(),
            authenticated_at: NOW.parse().unwrap(),
        }
    }

    fn harbours_manager() -> Caller {
        let scope = ManagerScope::Departments(BTreeSet::from([HARBOUR.parse().unwrap()]));
        caller(Authority::Manager { scope })
    }

    fn decided(caller: &Caller, before: &User, update: ProfileUpdate) -> Result<User, Refusal> {
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
        let signed_in_at = |at: &str| Caller { authenticated_at: at.parse().unwrap(), ..caller(Authority::Admin) };
        let (recent, stale) = (signed_in_at("2026-11-02T22:20:00Z"), signed_in_at("2026-11-02T22:19:59Z"));
        let needs_confirmation = |caller: &Caller, before: &User, update: ProfileUpdate| {
            decided(caller, before, update) == Err(Refusal::Denied(Denied::ConfirmationRequired))
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
            assert_eq!(refused, Refusal::Denied(Denied::AdminOnly));
        }
    }

    #[test]
    fn a_manager_moves_people_within_their_own_departments_only() {
        let to_workshop = ProfileUpdate { department_id: Some(WORKSHOP.parse().unwrap()), ..update(&maria()) };
        let to_no_department = ProfileUpdate { department_id: None, ..update(&maria()) };
        for elsewhere in [to_workshop.clone(), to_no_department] {
            let refused = decided(&harbours_manager(), &maria(), elsewhere).unwrap_err();
            assert_eq!(refused, Refusal::Denied(Denied::OtherDepartment));
        }
        assert!(decided(&caller(Authority::Admin), &maria(), to_workshop).is_ok());
    }

    #[test]
    fn an_update_without_changes_needs_no_rights_but_a_managers() {
        let after = decided(&harbours_manager(), &maria(), update(&maria())).unwrap();
        assert!(facts_of_change(&maria(), &after).is_empty());
    }
}
