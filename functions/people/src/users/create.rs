//! `POST /users`: creates an account for another person.

use app::people::{
    accounts::{self, CreatedAccount, Creation, FirstPassword},
    temporary_password,
};
use axum::extract::State;
use domain::{
    calendar::{WorkDate, Zone},
    distinct::Distinct,
    email::Email,
    employment::{Employment, Employments},
    id::{DepartmentId, SiteId},
    language::Language,
    settings::LeaveAllowance,
    text::NewName,
    user::{NewAccount, Role},
    username::Username,
};
use password_hash::Argon2Hasher;
use serde::Deserialize;
use utoipa::ToSchema;
use web::{Answer, Body, Caller, Problem, Repeat, RequestId, Secret, answers::UserAnswer, use_case::execute};

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
    #[schema(value_type = BTreeSet<DepartmentId>, max_items = 50)]
    pub(super) manages: Distinct<DepartmentId>,
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
    #[serde(default = "domain::patch_field::yes")]
    #[schema(default = true)]
    pub(super) tracks_attendance: bool,
    /// Whether to send the person a link to set their password, instead of a temporary password in the answer. Needs `email`.
    #[serde(default)]
    pub(super) invite: bool,
    /// The first password. If it is absent, the answer contains a generated one in `temporary_password`, once, unless the person is invited.
    pub(super) password: Option<Secret>,
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
    State(People { app, sends_email, .. }): State<People>,
    caller: Caller,
    repeat: Repeat,
    request_id: RequestId,
    Body { value, hash }: Body<NewUser>,
) -> Result<Answer, Problem> {
    let key = repeat.key(caller.user_id, &hash);
    let request = app.request(&caller, &request_id, key.as_ref());
    let (account, invite) = (NewAccount::from(&value), value.invite);
    let generated;
    let password = if let Some(chosen) = &value.password {
        FirstPassword::Chosen(chosen.expose())
    } else {
        generated = temporary_password(&*app.entropy, &account.username)?;
        FirstPassword::Temporary(&generated)
    };
    let creation = Creation { account: &account, password, invite, sends_email };
    let created = |created: &CreatedAccount, version: u64| -> Result<Answer, Problem> {
        let answer = Answer::created(format!("/users/{}", created.id), &created.shown)?.version(version);
        Ok(match password {
            // Nobody needs the password of a person who is invited.
            FirstPassword::Temporary(password) if !invite => {
                answer.secret("temporary_password", password.expose().to_owned())
            }
            FirstPassword::Temporary(_) | FirstPassword::Chosen(_) => answer,
        })
    };
    execute(&request, created, || accounts::create(&request, &Argon2Hasher, &creation)).await
}

impl From<&NewUser> for NewAccount {
    fn from(new: &NewUser) -> Self {
        Self {
            username: new.username.clone(),
            full_name: new.full_name.clone().into(),
            email: new.email.clone(),
            role: new.role.unwrap_or(Role::Employee),
            department_id: new.department_id,
            manages: new.manages.clone().into(),
            manages_all: new.manages_all,
            site_id: new.site_id,
            time_zone: new.time_zone.clone(),
            language: new.language,
            hired_on: new.hired_on,
            employments: new.employments.clone(),
            annual_leave_days: new.annual_leave_days,
            tracks_attendance: new.tracks_attendance,
        }
    }
}
