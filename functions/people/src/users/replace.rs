//! `PUT /users/{id}`: replaces the whole profile; fields that the body leaves out are reset.

use app::people::profiles::{self, Named, ProfileChange};
use axum::extract::{Path, State};
use domain::{
    calendar::{WorkDate, Zone},
    distinct::Distinct,
    email::Email,
    employment::{Employment, EmploymentUpdate, Employments},
    id::{DepartmentId, SiteId},
    language::Language,
    settings::LeaveAllowance,
    text::NewName,
    user::{ProfileUpdate, Role, User, UserStatus},
    username::Username,
};
use serde::Deserialize;
use utoipa::ToSchema;
use web::{Answer, App, Body, Caller, IfMatch, Problem, RequestId, answers::UserAnswer, parameter};

use super::{execute_change, shown};

/// A whole profile. Absent fields are reset to the defaults of a new account; only `status` stays as it is.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "username": "omar",
    "full_name": "Omar Haddad",
    "email": "omar@harbour.example",
    "role": "employee",
    "department_id": "01JBN2V7Q4W0M3T9K5ZXH8R6DP",
    "site_id": "01JBN2V7Q4W0M3T9K5ZXH8R6ST"
}))]
pub(crate) struct ReplaceUser {
    /// The name that the person signs in with.
    username: Username,
    /// The full name of the person.
    #[schema(value_type = String, min_length = 1, max_length = 100)]
    full_name: NewName,
    /// The e-mail address of the person.
    email: Option<Email>,
    /// The role of the account, `employee` by default. Only admins may change it.
    role: Option<Role>,
    /// `active` activates the account; `disabled` disables it as DELETE does.
    status: Option<UserStatus>,
    /// The department that the person belongs to.
    department_id: Option<DepartmentId>,
    /// The departments that a manager manages, at most 50. Only admins may change them.
    #[serde(default)]
    #[schema(value_type = BTreeSet<DepartmentId>)]
    manages: Distinct<DepartmentId>,
    /// Whether a manager manages everyone. Only admins may change it.
    #[serde(default)]
    manages_all: bool,
    /// The site where the person works.
    site_id: Option<SiteId>,
    /// The time zone of the person, used instead of the site's.
    time_zone: Option<Zone>,
    /// The language in which the person reads notifications; by default, the company's language.
    language: Option<Language>,
    /// The first date of the latest employment. If `status` reactivates a disabled account: the first date of the new
    /// employment.
    hired_on: Option<WorkDate>,
    /// The last date of the latest employment.
    left_on: Option<WorkDate>,
    /// All employments; they replace the existing ones. If the list is absent, earlier employments stay as they are.
    #[schema(value_type = Option<Vec<Employment>>, max_items = 40)]
    employments: Option<Employments>,
    /// The person's annual leave allowance in days, used instead of the company's.
    annual_leave_days: Option<LeaveAllowance>,
    /// Whether the person's attendance is recorded.
    #[serde(default = "domain::patch_field::yes")]
    #[schema(default = true)]
    tracks_attendance: bool,
}

/// Replace a user's profile
///
/// For managers, and never on their own profile. Fields that the body leaves out are reset.
#[utoipa::path(
    put, path = "/users/{id}", operation_id = "replaceUser", tag = "users",
    params(
        ("id" = String, Path, description = "The id of the person; `me` is the caller"),
        ("If-Match" = Option<String>, Header, description = "The `ETag` of the version that the change is based on"),
    ),
    request_body = ReplaceUser,
    responses(
        (status = 200, description = "The person", body = UserAnswer, headers(("ETag" = String, description = "The version"))),
        (status = 403, description = "`forbidden`; `own_record`; `confirmation_required`: roles, and activating managers and admins, need your password confirmed"),
        (status = 409, description = "`username_taken`, `email_taken`, `last_admin`"),
    ),
)]
pub(crate) async fn replace(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    if_match: IfMatch,
    request_id: RequestId,
    Body { value, .. }: Body<ReplaceUser>,
) -> Result<Answer, Problem> {
    let person = parameter::user(&id, &caller)?;
    let (request, versions) = (app.request(&caller, &request_id, None), if_match.versions());
    let named = Named {
        username: Some(&value.username),
        email: value.email.as_ref(),
        department_id: value.department_id,
        manages: Some(&value.manages),
    };
    let change = ProfileChange { person, versions: &versions, named, of_language_alone: false };
    execute_change(&request, shown, || profiles::change(&request, &change, |before| update(&value, before))).await
}

fn update(replace: &ReplaceUser, before: &User) -> ProfileUpdate {
    let status = replace.status.unwrap_or(before.status);
    ProfileUpdate {
        username: replace.username.clone(),
        email: replace.email.clone(),
        full_name: replace.full_name.clone().into(),
        role: replace.role.unwrap_or(Role::Employee),
        manages: replace.manages.clone().into(),
        manages_all: replace.manages_all,
        status,
        department_id: replace.department_id,
        site_id: replace.site_id,
        time_zone: replace.time_zone.clone(),
        language: replace.language,
        employment: EmploymentUpdate::of_replacement(
            replace.employments.clone(),
            replace.hired_on,
            replace.left_on,
            status,
            before,
        ),
        tracks_attendance: replace.tracks_attendance,
        annual_leave_days: replace.annual_leave_days,
    }
}

#[cfg(test)]
mod tests {
    use domain::patch_field::PatchField;
    use fixtures::maria;

    use super::*;

    #[test]
    fn absent_fields_are_reset_except_the_status() {
        let replace: ReplaceUser =
            serde_json::from_str(r#"{"username": "maria.weber", "full_name": "Maria Weber"}"#).unwrap();
        let update = update(&replace, &User { status: UserStatus::Disabled, tracks_attendance: false, ..maria() });
        assert_eq!((update.department_id, update.employment.hired_on), (None, PatchField::Null));
        assert_eq!((update.role, update.employment.left_on), (Role::Employee, PatchField::Absent));
        assert_eq!((update.status, update.tracks_attendance), (UserStatus::Disabled, true));
        assert!(serde_json::from_str::<ReplaceUser>(r#"{"username": "maria.weber"}"#).is_err());
    }
}
