//! `POST /users`: creates an account for another person.

use std::collections::BTreeSet;

use axum::{extract::State, response::Response};
use domain::{
    FieldRule,
    calendar::{WorkDate, Zone},
    email::Email,
    employment::{Employment, EmploymentUpdate, Employments},
    event::{AccountFact, Fact, Subject},
    id::{DepartmentId, SiteId, UserId},
    language::Language,
    password::NewPassword,
    settings::LeaveAllowance,
    text::NewName,
    user::{Authority, Role, User, UserStatus},
    username::Username,
};
use jiff::Timestamp;
use serde::Deserialize;
use store::{
    Commit, RepeatKey,
    credentials::NewCredential,
    leave_grants::Grants,
    people_snapshot::{PeopleQuery, PeopleSnapshot},
};
use utoipa::ToSchema;
use web::{
    Answer, Body, Caller, Failed, Problem, Repeat, RequestId, Secret,
    allowed::user_actions,
    answers::UserAnswer,
    authorization,
    command::{command, ensure_not_replayed},
    password_hash,
};

use super::{check_managed, check_snapshot, invitation::send_invitation, temporary_password::temporary_password};
use crate::state::People;

/// A new account.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "username": "jo.meyer",
    "full_name": "Jo Meyer",
    "email": "jo.meyer@harbour.example",
    "department_id": "01JBN2V7Q4W0M3T9K5ZXH8R6DP",
    "site_id": "01JBN2V7Q4W0M3T9K5ZXH8R6ST",
    "hired_on": "2026-11-02"
}))]
pub(crate) struct NewUser {
    /// The name that the person signs in with.
    pub(super) username: Username,
    /// The full name of the person.
    #[schema(value_type = String, min_length = 1, max_length = 100)]
    pub(super) full_name: NewName,
    /// The e-mail address of the person.
    pub(super) email: Option<Email>,
    /// The role of the account, `employee` by default. Only admins may choose another role.
    pub(super) role: Option<Role>,
    /// The department that the person belongs to. Managers create accounts in their own departments only.
    pub(super) department_id: Option<DepartmentId>,
    /// The departments that a manager manages, at most 50. Only admins may set them.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub(super) manages: BTreeSet<DepartmentId>,
    /// Whether a manager manages everyone. Only admins may set it.
    #[serde(default)]
    pub(super) manages_all: bool,
    /// The site where the person works.
    pub(super) site_id: Option<SiteId>,
    /// The time zone of the person, used instead of the site's.
    pub(super) time_zone: Option<Zone>,
    /// The language in which the person reads notifications; by default, the company's language.
    pub(super) language: Option<Language>,
    /// The first date of the person's employment; by default, today in the person's time zone.
    pub(super) hired_on: Option<WorkDate>,
    /// All employments, if the person has left and come back before. If `hired_on` is also given, it must agree with the
    /// latest.
    #[schema(value_type = Option<Vec<Employment>>, max_items = 40)]
    pub(super) employments: Option<Employments>,
    /// The person's annual leave allowance in days; by default, the company's allowance.
    pub(super) annual_leave_days: Option<LeaveAllowance>,
    /// Whether the person's attendance is recorded.
    #[serde(default = "yes")]
    #[schema(default = true)]
    pub(super) tracks_attendance: bool,
    /// Whether to send the person a link to set their password, instead of a temporary password in the answer. Needs `email`.
    #[serde(default)]
    pub(super) invite: bool,
    /// The first password. If it is absent, the answer contains a generated one in `temporary_password`, once, unless the person is invited.
    pub(super) password: Option<Secret>,
}

const fn yes() -> bool {
    true
}

/// The documented answer; [`Answer::secret`] adds the password.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only for the documentation: the password must not be in a saved answer")]
pub(crate) struct CreatedUser {
    #[serde(flatten)]
    user: UserAnswer,
    /// The generated password, if the request has none. It is shown only once; a replay leaves it out.
    #[schema(example = "k7wd-m2xq-9hbt-ecv4")]
    temporary_password: Option<String>,
}

/// Create a user
///
/// Creates an active account. Managers create employees in their own departments; admins create any account in any department.
/// Without `password`, the answer contains a `temporary_password`, once. Needs a sign-in within the last 10 minutes to create
/// managers and admins.
#[utoipa::path(
    post, path = "/users", operation_id = "createUser", tag = "users",
    params(("Idempotency-Key" = Option<String>, Header, description = "Names the request, so that a repeat gets its answer")),
    request_body = NewUser,
    responses(
        (status = 201, description = "The person", body = CreatedUser,
            headers(("ETag" = String, description = "The version"), ("Location" = String, description = "The URL of the new item"))),
        (status = 403, description = "`forbidden`; `confirmation_required`: confirm your password first"),
        (status = 409, description = "`username_taken`, `email_taken`"),
    ),
)]
pub(crate) async fn create(
    State(people): State<People>,
    caller: Caller,
    repeat: Repeat,
    request_id: RequestId,
    Body { value, hash }: Body<NewUser>,
) -> Result<Response, Problem> {
    authorization::must_be_manager(&caller)?;
    may_create(&caller, &value)?;
    if value.invite {
        people.must_send_email()?;
        Problem::unless_valid([
            (value.email.is_none(), "email", FieldRule::Required),
            (value.password.is_some(), "password", FieldRule::NotWith { other: "invite".to_owned() }),
        ])?;
    }
    let app = &people.app;
    let chosen = value.password.as_ref().map(|password| chosen(password, &value.username)).transpose();
    let ((), chosen) = Problem::together(check_managed(&value.manages), chosen)?;
    let password = match chosen {
        Some(chosen) => FirstPassword::Chosen(chosen),
        None => FirstPassword::Temporary(temporary_password(&*app.entropy, &value.username)?),
    };
    let key = repeat.key(caller.user_id, &hash);
    let key = key.as_ref();
    let attempt = || attempt(&people, &caller, key, &request_id, &value, &password);
    command(&app.store, key, app.now(), attempt).await
}

/// Checks that only admins assign roles and scopes, and that managers create accounts only in their own departments.
fn may_create(caller: &Caller, new: &NewUser) -> Result<(), Problem> {
    if gives_rights(new) {
        authorization::must_be_admin(caller)?;
    }
    Ok(authorization::may_place_in(caller, new.department_id)?)
}

/// Whether the account has more rights than an employee's.
fn gives_rights(new: &NewUser) -> bool {
    new.role.is_some_and(|role| role != Role::Employee) || !new.manages.is_empty() || new.manages_all
}

/// The first password of a new account.
#[derive(Debug)]
pub(super) enum FirstPassword {
    /// The password of the request.
    Chosen(NewPassword),
    /// A generated password, which the answer contains.
    Temporary(NewPassword),
}

fn chosen(password: &Secret, username: &Username) -> Result<NewPassword, Problem> {
    NewPassword::parse(password.expose(), username).map_err(|invalid| Problem::invalid("password", invalid))
}

/// Makes one attempt at creating an account.
pub(super) async fn attempt(
    people: &People,
    caller: &Caller,
    key: Option<&RepeatKey>,
    request_id: &RequestId,
    new: &NewUser,
    password: &FirstPassword,
) -> Result<Answer, Failed> {
    let app = &people.app;
    let now = app.now();
    let departments: BTreeSet<DepartmentId> =
        new.department_id.into_iter().chain(new.manages.iter().copied()).collect();
    let query = PeopleQuery {
        caller: caller.user_id,
        person: None,
        departments: &departments,
        username: Some(&new.username),
        email: new.email.as_ref(),
        repeat: key,
    };
    let mut snapshot = app.store.people_snapshot(&query, now).await?;
    authorization::ensure_current(caller, snapshot.caller.as_ref())?;
    ensure_not_replayed(std::mem::replace(&mut snapshot.earlier, store::idempotency::Earlier::Never))?;
    if gives_rights(new) {
        authorization::must_have_recent_sign_in(caller, now)?;
    }
    let user = account(UserId::generate(now, &*app.entropy), new, &snapshot, now)?;
    let (FirstPassword::Chosen(hashed) | FirstPassword::Temporary(hashed)) = password;
    let hash = password_hash::hash(&*app.entropy, hashed).await?;
    let shown = UserAnswer::new(&user, snapshot.zone_of(&user));
    let body = shown.clone().allowing(user_actions(caller, &user, snapshot.deciders));
    let answer = Answer::created(format!("/users/{}", user.id), &body)?.version(user.version);
    let subject = Subject::User(user.id);
    let stamp = app.stamp(caller, request_id, now);
    let PeopleSnapshot { settings, leave_types, ledger_started, .. } = &snapshot;
    let (today, by) = (snapshot.today_of(&user, now), (stamp.actor, now));
    let grants = Grants::of_newcomer(&user, settings, leave_types.clone(), *ledger_started, today, by);
    let facts = std::iter::once(&Fact::Account(AccountFact::UserCreated)).chain(grants.facts()).cloned().collect();
    let mut commit = Commit::new(stamp, subject, facts)?;
    commit.audit(subject, "user_created", None, Some(&shown))?;
    commit.create_user(&user)?;
    commit.grant_leave(&user, &grants, settings)?;
    for managed in user.authority.manages() {
        // The same transaction counts the new member of the department that the person joins, which already requires it to
        // exist.
        if user.department_id != Some(managed) {
            commit.check_department(managed)?;
        }
    }
    let credential = match password {
        FirstPassword::Chosen(_) => NewCredential::lasting(hash, now),
        FirstPassword::Temporary(_) => NewCredential::temporary(hash, now),
    };
    commit.create_credential(user.id, credential)?;
    if new.invite {
        send_invitation(people, &mut commit, &user)?;
    }
    commit.save_answer(key, answer.saved())?;
    commit.send(&app.store).await?;
    Ok(match password {
        // Nobody needs the password of a person who is invited.
        FirstPassword::Temporary(password) if !new.invite => {
            answer.secret("temporary_password", password.expose().to_owned())
        }
        FirstPassword::Temporary(_) | FirstPassword::Chosen(_) => answer,
    })
}

/// Returns the new account.
fn account(id: UserId, new: &NewUser, snapshot: &PeopleSnapshot, now: Timestamp) -> Result<User, Problem> {
    let no_department = new.department_id.is_some_and(|id| !snapshot.departments.contains(&id));
    let no_site = new.site_id.is_some_and(|id| !snapshot.sites.contains(id));
    let faults = Problem::unless_valid([
        (no_department, "department_id", FieldRule::NotADepartment),
        (no_site, "site_id", FieldRule::NotASite),
    ]);
    let faults = Problem::together(faults, check_snapshot(snapshot, id, &new.manages));
    let role = new.role.unwrap_or(Role::Employee);
    let account = User {
        id,
        username: new.username.clone(),
        email: new.email.clone(),
        email_verified_at: None,
        full_name: new.full_name.clone().into(),
        authority: Authority::new(role, new.manages.clone(), new.manages_all),
        status: UserStatus::Active,
        department_id: new.department_id,
        site_id: new.site_id,
        time_zone: new.time_zone.clone(),
        language: new.language,
        employments: Employments::NONE,
        tracks_attendance: new.tracks_attendance,
        annual_leave_days: new.annual_leave_days,
        session_epoch: 0,
        version: 1,
        created_at: now,
        updated_at: now,
    };
    let today = snapshot.today_of(&account, now);
    let employments =
        EmploymentUpdate::of_newcomer(new.employments.as_ref(), new.hired_on, today).map_err(Problem::from);
    let (employments, _) = Problem::together(employments, faults)?;
    Ok(User { employments, ..account })
}
