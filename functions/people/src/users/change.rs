//! `PATCH /users/{id}`: changes some fields of a profile, including its status. `DELETE /users/{id}`: disables an account; its
//! history is kept.

use std::collections::BTreeSet;

use app::people::profiles::{self, ChangedProfile, Named, ProfileChange};
use axum::extract::{Path, State};
use domain::{
    calendar::{WorkDate, Zone},
    distinct::Distinct,
    email::Email,
    employment::{Employment, EmploymentUpdate, Employments},
    id::{DepartmentId, SiteId},
    language::Language,
    patch_field::{PatchField, given},
    settings::LeaveAllowance,
    text::{Name, NewName},
    user::{ProfileUpdate, Role, User, UserStatus},
    username::Username,
};
use serde::Deserialize;
use utoipa::ToSchema;
use web::{Answer, App, Body, Caller, IfMatch, Problem, RequestId, answers::UserAnswer, parameter};

use super::{execute_change, shown};

/// The changes of a profile. Absent fields stay as they are; `null` removes a value.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"full_name": "Omar Haddad", "email": "omar.haddad@harbour.example"}))]
pub(crate) struct ChangeUser {
    /// The name that the person signs in with.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Username, required = false)]
    pub(super) username: Option<Username>,
    /// The full name of the person.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = String, required = false, min_length = 1, max_length = 100)]
    pub(super) full_name: Option<NewName>,
    /// The e-mail address of the person; `null` removes it.
    #[serde(default)]
    #[schema(value_type = Option<Email>)]
    pub(super) email: PatchField<Email>,
    /// The role of the account. Only admins may change it.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Role, required = false)]
    pub(super) role: Option<Role>,
    /// `active` activates a pending or disabled account; `disabled` disables an account as DELETE does.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = UserStatus, required = false)]
    pub(super) status: Option<UserStatus>,
    /// The department that the person belongs to; `null` removes it.
    #[serde(default)]
    #[schema(value_type = Option<DepartmentId>)]
    pub(super) department_id: PatchField<DepartmentId>,
    /// The departments that a manager manages, at most 50; they replace `manages_all`. Only admins may change them.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = BTreeSet<DepartmentId>, required = false, max_items = 50)]
    pub(super) manages: Option<Distinct<DepartmentId>>,
    /// Whether a manager manages everyone. Only admins may change it.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = bool, required = false)]
    pub(super) manages_all: Option<bool>,
    /// The site where the person works; `null` removes it.
    #[serde(default)]
    #[schema(value_type = Option<SiteId>)]
    pub(super) site_id: PatchField<SiteId>,
    /// The time zone of the person, used instead of the site's; `null` removes it.
    #[serde(default)]
    #[schema(value_type = Option<Zone>)]
    pub(super) time_zone: PatchField<Zone>,
    /// The language in which the person reads notifications; `null` for the company's language. People may change their own
    /// language in a request that changes nothing else.
    #[serde(default)]
    #[schema(value_type = Option<Language>)]
    pub(super) language: PatchField<Language>,
    /// The first date of the latest employment. If `status` reactivates a disabled account: the first date of the new
    /// employment, by default today in the person's time zone.
    #[serde(default)]
    #[schema(value_type = Option<WorkDate>)]
    pub(super) hired_on: PatchField<WorkDate>,
    /// The last date of the latest employment.
    #[serde(default)]
    #[schema(value_type = Option<WorkDate>)]
    pub(super) left_on: PatchField<WorkDate>,
    /// All employments, at most 40 and without overlaps; they replace the existing ones. If `hired_on` or `left_on` are also
    /// given, they must agree with the latest employment.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Vec<Employment>, required = false, max_items = 40)]
    pub(super) employments: Option<Employments>,
    /// The person's annual leave allowance in days; `null` for the company's allowance.
    #[serde(default)]
    #[schema(value_type = Option<LeaveAllowance>)]
    pub(super) annual_leave_days: PatchField<LeaveAllowance>,
    /// Whether the person's attendance is recorded.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = bool, required = false)]
    pub(super) tracks_attendance: Option<bool>,
}

impl ChangeUser {
    /// Returns what the change names.
    pub(super) fn named(&self) -> Named<'_> {
        Named {
            username: self.username.as_ref(),
            email: self.email.as_ref(),
            department_id: self.department_id.as_ref().copied(),
            manages: self.manages.as_deref(),
        }
    }

    /// Whether the change is of the language only.
    fn is_of_language_alone(&self) -> bool {
        self.language != PatchField::Absent && Self { language: PatchField::Absent, ..self.clone() } == Self::default()
    }
}

/// Update a user's profile
///
/// For managers, and never on their own profile, except that everyone may change their own `language`. Fields that the body
/// leaves out stay as they are. `status` activates or disables an account. Needs a sign-in within the last 10 minutes to change
/// roles and scopes, and to activate managers and admins.
#[utoipa::path(
    patch, path = "/users/{id}", operation_id = "updateUser", tag = "users",
    params(
        ("id" = String, Path, description = "The id of the person; `me` is the caller"),
        ("If-Match" = Option<String>, Header, description = "The `ETag` of the version that the change is based on"),
    ),
    request_body = ChangeUser,
    responses(
        (status = 200, description = "The person", body = UserAnswer, headers(("ETag" = String, description = "The version"))),
        (status = 403, description = "`forbidden`; `own_record`; `confirmation_required`: roles, and activating managers and admins, need your password confirmed"),
        (status = 409, description = "`username_taken`, `email_taken`, `last_admin`"),
    ),
)]
pub(crate) async fn change(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    if_match: IfMatch,
    request_id: RequestId,
    Body { value, .. }: Body<ChangeUser>,
) -> Result<Answer, Problem> {
    let person = parameter::user(&id, &caller)?;
    let (request, versions) = (app.request(&caller, &request_id, None), if_match.versions());
    let of_language_alone = value.is_of_language_alone();
    let change = ProfileChange { person, versions: &versions, named: value.named(), of_language_alone };
    execute_change(&request, shown, || profiles::change(&request, &change, |before| update(&value, before))).await
}

/// Disable a user
///
/// The person can't sign in any more and isn't expected after today. Their history is kept. For managers, and never on their
/// own account. If the account is already disabled, nothing changes.
#[utoipa::path(
    delete, path = "/users/{id}", operation_id = "disableUser", tag = "users",
    params(
        ("id" = String, Path, description = "The id of the person"),
        ("If-Match" = Option<String>, Header, description = "The `ETag` of the version that the change is based on"),
    ),
    responses(
        (status = 204, description = "Disabled"),
        (status = 403, description = "`forbidden`; `own_record`"),
        (status = 409, description = "`last_admin`"),
    ),
)]
pub(crate) async fn disable(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    if_match: IfMatch,
    request_id: RequestId,
) -> Result<Answer, Problem> {
    let person = parameter::user(&id, &caller)?;
    let (request, versions) = (app.request(&caller, &request_id, None), if_match.versions());
    let change = ProfileChange { person, versions: &versions, named: Named::default(), of_language_alone: false };
    let disabled = |before: &User| ProfileUpdate::with_status(before, UserStatus::Disabled);
    let no_content = |_: &ChangedProfile, _: u64| -> Result<Answer, Problem> { Ok(Answer::no_content()) };
    execute_change(&request, no_content, || profiles::change(&request, &change, disabled)).await
}

/// Returns the profile after a change.
pub(super) fn update(change: &ChangeUser, before: &User) -> ProfileUpdate {
    let change = change.clone();
    let now = ProfileUpdate::of(before);
    // A change that names departments limits the manager to them, unless it also sets `manages_all`.
    let manages_all = change.manages_all.unwrap_or(now.manages_all && change.manages.is_none());
    ProfileUpdate {
        username: change.username.unwrap_or(now.username),
        email: change.email.or(now.email),
        full_name: change.full_name.map_or(now.full_name, Name::from),
        role: change.role.unwrap_or(now.role),
        manages: change.manages.map_or(now.manages, BTreeSet::from),
        manages_all,
        status: change.status.unwrap_or(now.status),
        department_id: change.department_id.or(now.department_id),
        site_id: change.site_id.or(now.site_id),
        time_zone: change.time_zone.or(now.time_zone),
        language: change.language.or(now.language),
        employment: EmploymentUpdate {
            employments: change.employments,
            hired_on: change.hired_on,
            left_on: change.left_on,
        },
        tracks_attendance: change.tracks_attendance.unwrap_or(now.tracks_attendance),
        annual_leave_days: change.annual_leave_days.or(now.annual_leave_days),
    }
}

#[cfg(test)]
mod tests {
    use domain::user::{Authority, ManagerScope};
    use fixtures::maria;

    use super::*;

    fn change(text: &str) -> ChangeUser {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn absent_fields_are_kept_and_null_removes_a_value() {
        let email = Email::parse("maria@example.com").unwrap();
        let before = User { email: Some(email.clone()), ..maria() };
        let same = update(&change("{}"), &before);
        assert_eq!((same.email, same.full_name), (Some(email), maria().full_name));
        assert_eq!(same.employment.hired_on, PatchField::Absent);
        assert_eq!(update(&change(r#"{"left_on": null}"#), &before).employment.left_on, PatchField::Null);
        assert_eq!(update(&change(r#"{"email": null}"#), &before).email, None);
        assert!(serde_json::from_str::<ChangeUser>(r#"{"full_name": null}"#).is_err());
        assert!(serde_json::from_str::<ChangeUser>(r#"{"version": 1}"#).is_err());
    }

    #[test]
    fn a_change_of_the_language_alone_names_nothing_else() {
        for alone in [r#"{"language": "de"}"#, r#"{"language": null}"#] {
            assert!(change(alone).is_of_language_alone(), "{alone}");
        }
        for other in ["{}", r#"{"language": "de", "email": null}"#, r#"{"language": "de", "full_name": "Maria"}"#] {
            assert!(!change(other).is_of_language_alone(), "{other}");
        }
        assert!(serde_json::from_str::<ChangeUser>(r#"{"language": "nl"}"#).is_err());
    }

    #[test]
    fn naming_departments_ends_managing_everyone() {
        let everyone = User { authority: Authority::Manager { scope: ManagerScope::Everyone }, ..maria() };
        assert!(update(&change(r#"{"full_name": "Maria"}"#), &everyone).manages_all);
        assert!(!update(&change(r#"{"manages": []}"#), &everyone).manages_all);
    }
}
