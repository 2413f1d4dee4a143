//! A person as the API shows them.

use std::collections::BTreeSet;

use domain::{
    calendar::{WorkDate, Zone},
    email::Email,
    employment::{Employment, Employments},
    id::{DepartmentId, SiteId, UserId},
    settings::LeaveAllowance,
    text::Name,
    user::{Role, User, UserStatus},
    username::Username,
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::instant::Instant;

/// `User` of the contract.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = User)]
pub struct UserAnswer {
    id: UserId,
    username: Username,
    email: Option<Email>,
    #[schema(value_type = String)]
    full_name: Name,
    role: Role,
    status: UserStatus,
    department_id: Option<DepartmentId>,
    manages: BTreeSet<DepartmentId>,
    manages_all: bool,
    site_id: Option<SiteId>,
    time_zone: Option<Zone>,
    /// The first date of the present employment, else of the latest.
    hired_on: Option<WorkDate>,
    /// The last date of that employment; `null` while it isn't known.
    left_on: Option<WorkDate>,
    /// All employments, earliest first. Nobody expects the person on other dates.
    #[schema(value_type = Vec<Employment>)]
    employments: Employments,
    tracks_attendance: bool,
    #[schema(value_type = Option<f64>)]
    annual_leave_days: Option<LeaveAllowance>,
    version: u64,
    created_at: Instant,
    updated_at: Instant,
}

impl UserAnswer {
    /// The person, with instants in `zone`, which is theirs (see [`User::zone`]).
    pub fn new(user: &User, zone: &Zone) -> Self {
        Self {
            id: user.id,
            username: user.username.clone(),
            email: user.email.clone(),
            full_name: user.full_name.clone(),
            role: user.authority.role(),
            status: user.status,
            department_id: user.department_id,
            manages: user.authority.manages(),
            manages_all: user.authority.manages_all(),
            site_id: user.site_id,
            time_zone: user.time_zone.clone(),
            hired_on: user.employments.hired_on(),
            left_on: user.employments.left_on(),
            employments: user.employments.clone(),
            tracks_attendance: user.tracks_attendance,
            annual_leave_days: user.annual_leave_days,
            version: user.version,
            created_at: Instant::new(user.created_at, zone),
            updated_at: Instant::new(user.updated_at, zone),
        }
    }
}
