//! People: their profiles, their roles and their departments.

mod change;
mod profile;

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub use self::{
    change::facts_of_change,
    profile::{MAX_MANAGED, NewAccount, ProfileUpdate, Registrant, Workplaces},
};
use crate::{
    calendar::{WorkDate, Zone},
    earlier::Earlier,
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
    /// The user's id.
    pub id: UserId,
    /// The name with which the user signs in.
    pub username: Username,
    /// The user's e-mail address, with which they can also sign in.
    pub email: Option<Email>,
    /// The instant at which the user proved that the e-mail address is theirs; none for an address that nobody has confirmed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email_verified_at: Option<Timestamp>,
    /// The user's full name.
    pub full_name: Name,
    /// The user's role, with its scope.
    pub authority: Authority,
    /// Whether the user may sign in.
    pub status: UserStatus,
    /// The user's department.
    pub department_id: Option<DepartmentId>,
    /// The site where the user works unless a shift names another one.
    pub site_id: Option<SiteId>,
    /// The user's sites of past dates; none where the user had no site.
    #[serde(default, skip_serializing_if = "Earlier::is_empty")]
    pub earlier_sites: Earlier<Option<SiteId>>,
    /// The user's own time zone; if absent, their site's applies, otherwise the company's.
    pub time_zone: Option<Zone>,
    /// The user's language; if absent, the company's applies.
    #[serde(default)]
    pub language: Option<Language>,
    /// The user's employments. Nobody expects the user to work on other dates.
    #[serde(flatten, with = "crate::employment::stored")]
    pub employments: Employments,
    /// Whether the user is expected to clock in.
    pub tracks_attendance: bool,
    /// The user's own allowance; if absent, the company's applies.
    pub annual_leave_days: Option<LeaveAllowance>,
    /// The number of times that all of the user's sessions were ended at once. A session with another epoch has ended.
    #[serde(default)]
    pub session_epoch: u64,
    /// The version, which starts at 1 and grows by 1 with each change, except a new session epoch.
    pub version: u64,
    /// The instant at which the account was created.
    pub created_at: Timestamp,
    /// The instant of the last change.
    pub updated_at: Timestamp,
}

/// The role of an account, in order from the fewest to the most rights.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Punches, and sees their own records.
    Employee,
    /// Plans, decides and corrects for the people in their scope.
    Manager,
    /// May do everything.
    Admin,
}

/// A role with its scope, which only managers have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "role", rename_all = "snake_case")]
pub enum Authority {
    /// See [`Role::Employee`].
    Employee,
    /// See [`Role::Manager`].
    Manager {
        /// The people that the manager is responsible for.
        scope: ManagerScope,
    },
    /// See [`Role::Admin`].
    Admin,
}

/// The people that a manager is responsible for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ManagerScope {
    /// The people of these departments. An empty set means nobody.
    Departments(BTreeSet<DepartmentId>),
    /// Everyone.
    Everyone,
}

impl ManagerScope {
    /// Whether the scope includes people of that department.
    pub fn holds(&self, department: Option<DepartmentId>) -> bool {
        match self {
            Self::Departments(departments) => department.is_some_and(|id| departments.contains(&id)),
            Self::Everyone => true,
        }
    }
}

impl Authority {
    /// Builds the authority from a request's role, `manages` and `manages_all`. The latter two apply only to managers and are
    /// dropped for other roles.
    pub fn new(role: Role, manages: BTreeSet<DepartmentId>, manages_all: bool) -> Self {
        match role {
            Role::Employee => Self::Employee,
            Role::Manager if manages_all => Self::Manager { scope: ManagerScope::Everyone },
            Role::Manager => Self::Manager { scope: ManagerScope::Departments(manages) },
            Role::Admin => Self::Admin,
        }
    }

    /// The role without its scope.
    pub const fn role(&self) -> Role {
        match self {
            Self::Employee => Role::Employee,
            Self::Manager { .. } => Role::Manager,
            Self::Admin => Role::Admin,
        }
    }

    /// Whether this authority includes all rights of `other`.
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

    /// The departments that the API returns as `manages`.
    pub fn manages(&self) -> BTreeSet<DepartmentId> {
        match self {
            Self::Manager { scope: ManagerScope::Departments(departments) } => departments.clone(),
            Self::Employee | Self::Manager { scope: ManagerScope::Everyone } | Self::Admin => BTreeSet::new(),
        }
    }

    /// The value that the API returns as `manages_all`.
    pub const fn manages_all(&self) -> bool {
        matches!(self, Self::Manager { scope: ManagerScope::Everyone })
    }
}

/// The state of an account, which decides whether its user may sign in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum UserStatus {
    /// Registered, and waiting for a manager.
    Pending,
    /// May sign in.
    Active,
    /// Left the company, or was disabled.
    Disabled,
}

impl User {
    /// The time zone of the user's days, unless a shift's site has another one.
    pub fn zone<'a>(&'a self, site_zone: Option<&'a Zone>, company_zone: &'a Zone) -> &'a Zone {
        self.time_zone.as_ref().or(site_zone).unwrap_or(company_zone)
    }

    /// [`Self::zone`] if the time zones of all sites are known.
    pub fn zone_at<'a>(&'a self, sites: &'a SiteBook, company_zone: &'a Zone) -> &'a Zone {
        self.zone(self.site_id.and_then(|site| sites.zone(site)), company_zone)
    }

    /// The language of texts for the user.
    pub fn reads(&self, company_language: Language) -> Language {
        self.language.unwrap_or(company_language)
    }

    /// The user's e-mail address, if the user has confirmed it.
    pub fn verified_email(&self) -> Option<&Email> {
        self.email.as_ref().filter(|_| self.email_verified_at.is_some())
    }

    /// The site where the user works on a date unless a shift names another one.
    pub fn site_on(&self, date: WorkDate) -> Option<SiteId> {
        self.earlier_sites.on(date).copied().unwrap_or(self.site_id)
    }

    /// The user with another site from the date after `today` on. Earlier dates keep the site that they had, because its holidays
    /// are paid.
    #[must_use]
    pub(crate) fn moved(mut self, site_id: Option<SiteId>, today: WorkDate) -> Self {
        if site_id != self.site_id {
            self.earlier_sites.add(today, self.site_id, None);
        }
        Self { site_id, ..self }
    }

    /// Whether the user is employed on that date.
    pub fn is_employed_on(&self, date: WorkDate) -> bool {
        self.tracks_attendance && self.employments.hold(date)
    }
}
