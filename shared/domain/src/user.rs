//! People: who they are, what they may do, where they belong.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    calendar::{WorkDate, Zone},
    email::Email,
    employment::Employments,
    id::{DepartmentId, SiteId, UserId},
    language::Language,
    schedule::SiteBook,
    settings::LeaveAllowance,
    text::Name,
    username::Username,
};

/// A person's profile.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct User {
    /// Who.
    pub id: UserId,
    /// The name they sign in with.
    pub username: Username,
    /// Their address, which they may sign in with too.
    pub email: Option<Email>,
    /// Their name as people know it.
    pub full_name: Name,
    /// What they may do.
    pub authority: Authority,
    /// Whether they may sign in.
    pub status: UserStatus,
    /// The department they belong to.
    pub department_id: Option<DepartmentId>,
    /// Where they work unless a shift says otherwise.
    pub site_id: Option<SiteId>,
    /// Their own zone; without one their site's, else the company's.
    pub time_zone: Option<Zone>,
    /// The language they read; without one the company's.
    #[serde(default)]
    pub language: Option<Language>,
    /// When they are employed. Nobody expects them on other dates.
    #[serde(flatten, with = "crate::employment::stored")]
    pub employments: Employments,
    /// Whether anyone expects them to clock in.
    pub tracks_attendance: bool,
    /// Their own allowance; without one the company's.
    pub annual_leave_days: Option<LeaveAllowance>,
    /// Counts how often all of the person's sessions were ended at once. A session of another epoch has ended.
    #[serde(default)]
    pub session_epoch: u64,
    /// Counts the changes, from 1. A new session epoch isn't one.
    pub version: u64,
    /// When the account was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// The role of an account, from the least to the most rights.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Works, and sees their own.
    Employee,
    /// Plans, decides and corrects for the people in scope.
    Manager,
    /// Does everything.
    Admin,
}

/// A role with the scope that it needs: only a manager has one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "role", rename_all = "snake_case")]
pub enum Authority {
    /// See [`Role::Employee`].
    Employee,
    /// See [`Role::Manager`].
    Manager {
        /// Whom they manage.
        scope: ManagerScope,
    },
    /// See [`Role::Admin`].
    Admin,
}

/// Whom a manager manages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ManagerScope {
    /// The people of these departments; none: nobody.
    Departments(BTreeSet<DepartmentId>),
    /// Everyone.
    Everyone,
}

impl ManagerScope {
    /// Whether someone of that department is in scope.
    pub fn holds(&self, department: Option<DepartmentId>) -> bool {
        match self {
            Self::Departments(departments) => department.is_some_and(|id| departments.contains(&id)),
            Self::Everyone => true,
        }
    }
}

impl Authority {
    /// Puts role, `manages` and `manages_all` of a request together; what only a manager has is dropped elsewhere.
    pub fn new(role: Role, manages: BTreeSet<DepartmentId>, manages_all: bool) -> Self {
        match role {
            Role::Employee => Self::Employee,
            Role::Manager if manages_all => Self::Manager { scope: ManagerScope::Everyone },
            Role::Manager => Self::Manager { scope: ManagerScope::Departments(manages) },
            Role::Admin => Self::Admin,
        }
    }

    /// The role alone.
    pub const fn role(&self) -> Role {
        match self {
            Self::Employee => Role::Employee,
            Self::Manager { .. } => Role::Manager,
            Self::Admin => Role::Admin,
        }
    }

    /// Whether somebody may do all that `other` may do.
    pub fn covers(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Admin, _) | (_, Self::Employee) => true,
            (Self::Manager { scope }, Self::Manager { scope: other }) => match (scope, other) {
                (ManagerScope::Everyone, _) => true,
                (ManagerScope::Departments(departments), ManagerScope::Departments(others)) => {
                    others.is_subset(departments)
                }
                (ManagerScope::Departments(_), ManagerScope::Everyone) => false,
            },
            (Self::Manager { .. } | Self::Employee, Self::Admin) | (Self::Employee, Self::Manager { .. }) => false,
        }
    }

    /// The departments that the API shows as `manages`.
    pub fn manages(&self) -> BTreeSet<DepartmentId> {
        match self {
            Self::Manager { scope: ManagerScope::Departments(departments) } => departments.clone(),
            Self::Employee | Self::Manager { scope: ManagerScope::Everyone } | Self::Admin => BTreeSet::new(),
        }
    }

    /// The value that the API shows as `manages_all`.
    pub const fn manages_all(&self) -> bool {
        matches!(self, Self::Manager { scope: ManagerScope::Everyone })
    }
}

/// Whether someone may sign in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum UserStatus {
    /// Registered, waiting for a manager.
    Pending,
    /// At work.
    Active,
    /// Left, or kept out.
    Disabled,
}

impl User {
    /// The zone their days are told in, before any shift's site has its say.
    pub fn zone<'a>(&'a self, site_zone: Option<&'a Zone>, company_zone: &'a Zone) -> &'a Zone {
        self.time_zone.as_ref().or(site_zone).unwrap_or(company_zone)
    }

    /// [`Self::zone`] where the zones of all sites are known.
    pub fn zone_at<'a>(&'a self, sites: &'a SiteBook, company_zone: &'a Zone) -> &'a Zone {
        self.zone(self.site_id.and_then(|site| sites.zone(site)), company_zone)
    }

    /// The language that they are told things in.
    pub fn reads(&self, company_language: Language) -> Language {
        self.language.unwrap_or(company_language)
    }

    /// Whether anyone expects them to work on that date.
    pub fn is_employed_on(&self, date: WorkDate) -> bool {
        self.tracks_attendance && self.employments.hold(date)
    }
}
