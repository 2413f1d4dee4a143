//! A person as the API shows them.

use std::collections::BTreeSet;

use domain::{
    calendar::{WorkDate, Zone},
    email::Email,
    employment::{Employment, Employments},
    id::{DepartmentId, SiteId, UserId},
    language::Language,
    settings::LeaveAllowance,
    text::Name,
    user::{Role, User, UserStatus},
    username::Username,
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{actions::UserAction, instant::Instant};

/// A person and their account.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = User)]
pub struct UserAnswer {
    /// The id of the person.
    id: UserId,
    /// The name that the person signs in with.
    username: Username,
    /// The e-mail address of the person.
    email: Option<Email>,
    /// The instant at which the person confirmed the address; `null` for an address that nobody has confirmed.
    email_verified_at: Option<Instant>,
    /// The full name of the person.
    #[schema(value_type = String)]
    full_name: Name,
    /// The role of the account.
    role: Role,
    /// The state of the account.
    status: UserStatus,
    /// The department that the person belongs to.
    department_id: Option<DepartmentId>,
    /// The departments that a manager is responsible for.
    manages: BTreeSet<DepartmentId>,
    /// Whether a manager is responsible for everyone.
    manages_all: bool,
    /// The site where the person works.
    site_id: Option<SiteId>,
    /// The time zone of the person, which overrides the site's.
    time_zone: Option<Zone>,
    /// The language in which the person reads notifications; `null` for the company's language.
    language: Option<Language>,
    /// The first date of the current employment, otherwise of the latest one.
    hired_on: Option<WorkDate>,
    /// The last date of that employment; `null` while it isn't known.
    left_on: Option<WorkDate>,
    /// All employments, earliest first. The person isn't expected on other dates.
    #[schema(value_type = Vec<Employment>)]
    employments: Employments,
    /// Whether the person's attendance is recorded. `false`: the person is never expected, late or absent.
    tracks_attendance: bool,
    /// The person's annual leave allowance in days, which overrides the company's.
    #[schema(value_type = Option<f64>)]
    annual_leave_days: Option<LeaveAllowance>,
    /// The version of the account; grows with each change.
    version: u64,
    /// The instant at which the account was created.
    created_at: Instant,
    /// The instant of the latest change.
    updated_at: Instant,
    /// The actions that the caller may currently take on the person.
    #[serde(skip_serializing_if = "Option::is_none")]
    allowed_actions: Option<Vec<UserAction>>,
}

impl UserAnswer {
    /// Sets the actions that the caller may currently take.
    #[must_use]
    pub fn allowing(self, actions: Vec<UserAction>) -> Self {
        Self { allowed_actions: Some(actions), ..self }
    }

    /// Returns the person, with instants in `zone`, the person's zone (see [`User::zone`]).
    pub fn new(user: &User, zone: &Zone) -> Self {
        Self {
            id: user.id,
            username: user.username.clone(),
            email: user.email.clone(),
            email_verified_at: user.email_verified_at.map(|at| Instant::new(at, zone)),
            full_name: user.full_name.clone(),
            role: user.authority.role(),
            status: user.status,
            department_id: user.department_id,
            manages: user.authority.manages(),
            manages_all: user.authority.manages_all(),
            site_id: user.site_id,
            time_zone: user.time_zone.clone(),
            language: user.language,
            hired_on: user.employments.hired_on(),
            left_on: user.employments.left_on(),
            employments: user.employments.clone(),
            tracks_attendance: user.tracks_attendance,
            annual_leave_days: user.annual_leave_days,
            version: user.version,
            created_at: Instant::new(user.created_at, zone),
            updated_at: Instant::new(user.updated_at, zone),
            allowed_actions: None,
        }
    }
}
