//! A person as the API shows them.

use std::collections::BTreeSet;

use domain::{
    calendar::{WorkDate, Zone},
    email::Email,
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
    hired_on: Option<WorkDate>,
    left_on: Option<WorkDate>,
    tracks_attendance: bool,
    #[schema(value_type = Option<f64>)]
    annual_leave_days: Option<LeaveAllowance>,
    version: u64,
    created_at: Instant,
    updated_at: Instant,
}

impl UserAnswer {
    /// The person; instants in `zone` unless they have one of their own.
    pub fn new(user: &User, zone: &Zone) -> Self {
        let own_zone = user.time_zone.as_ref().unwrap_or(zone);
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
            hired_on: user.hired_on,
            left_on: user.left_on,
            tracks_attendance: user.tracks_attendance,
            annual_leave_days: user.annual_leave_days,
            version: user.version,
            created_at: Instant::new(user.created_at, own_zone),
            updated_at: Instant::new(user.updated_at, own_zone),
        }
    }
}
