//! Decides profiles: of new accounts, and after changes.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Authority, Role, User, UserStatus};
use crate::{
    FieldFault, FieldRule,
    calendar::{WorkDate, Zone},
    earlier::Earlier,
    email::Email,
    employment::{EmploymentUpdate, Employments},
    id::{DepartmentId, SiteId, UserId},
    language::Language,
    schedule::SiteBook,
    settings::LeaveAllowance,
    text::Name,
    username::Username,
};

/// The maximum number of departments of a manager: the transaction that assigns a department checks that it exists.
pub const MAX_MANAGED: usize = 50;

/// The part of the company that profiles depend on.
#[derive(Debug, Clone, Copy)]
pub struct Workplaces<'a> {
    /// The existing departments, as far as the profile names them.
    pub departments: &'a BTreeSet<DepartmentId>,
    /// All sites.
    pub sites: &'a SiteBook,
    /// The time zone of the company.
    pub time_zone: &'a Zone,
}

impl Workplaces<'_> {
    /// Returns the person's date.
    fn today_of(&self, person: &User, now: Timestamp) -> WorkDate {
        person.zone_at(self.sites, self.time_zone).date_of(now)
    }
}

/// The profile of a new account, as it is requested. Imports store it until the account is created.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NewAccount {
    /// The name that the person signs in with.
    pub username: Username,
    /// The full name of the person.
    pub full_name: Name,
    /// The e-mail address of the person.
    pub email: Option<Email>,
    /// The role of the account.
    pub role: Role,
    /// The department that the person belongs to.
    pub department_id: Option<DepartmentId>,
    /// The departments that a manager manages.
    pub manages: BTreeSet<DepartmentId>,
    /// Whether a manager manages everyone.
    pub manages_all: bool,
    /// The site where the person works.
    pub site_id: Option<SiteId>,
    /// The person's own time zone.
    pub time_zone: Option<Zone>,
    /// The person's own language.
    pub language: Option<Language>,
    /// The first date of the person's employment; by default, the person's date.
    pub hired_on: Option<WorkDate>,
    /// All employments, if the person has left and come back before.
    pub employments: Option<Employments>,
    /// The person's own annual leave allowance.
    pub annual_leave_days: Option<LeaveAllowance>,
    /// Whether the person's attendance is recorded.
    pub tracks_attendance: bool,
}

impl NewAccount {
    /// Returns whether the account has more rights than an employee's.
    pub fn gives_rights(&self) -> bool {
        self.role != Role::Employee || !self.manages.is_empty() || self.manages_all
    }

    /// Returns the departments that the account names.
    pub fn departments(&self) -> BTreeSet<DepartmentId> {
        self.department_id.into_iter().chain(self.manages.iter().copied()).collect()
    }

    /// Returns the new account, which is active.
    ///
    /// # Errors
    /// The department or the site doesn't exist, or the employments are invalid.
    pub fn account(&self, id: UserId, workplaces: &Workplaces<'_>, now: Timestamp) -> Result<User, Vec<FieldFault>> {
        let new = self.clone();
        let account = User {
            id,
            username: new.username,
            email: new.email,
            email_verified_at: None,
            full_name: new.full_name,
            authority: Authority::new(new.role, new.manages, new.manages_all),
            status: UserStatus::Active,
            department_id: new.department_id,
            site_id: new.site_id,
            earlier_sites: Earlier::default(),
            time_zone: new.time_zone,
            language: new.language,
            employments: Employments::NONE,
            tracks_attendance: new.tracks_attendance,
            annual_leave_days: new.annual_leave_days,
            session_epoch: 0,
            version: 1,
            created_at: now,
            updated_at: now,
        };
        let today = workplaces.today_of(&account, now);
        let no_department = self.department_id.is_some_and(|id| !workplaces.departments.contains(&id));
        let no_site = self.site_id.is_some_and(|id| !workplaces.sites.contains(id));
        let mut faults = FieldFault::broken([
            (no_department, "department_id", FieldRule::NotADepartment),
            (no_site, "site_id", FieldRule::NotASite),
        ]);
        match EmploymentUpdate::of_newcomer(self.employments.as_ref(), self.hired_on, today) {
            Ok(employments) if faults.is_empty() => Ok(User { employments, ..account }),
            Ok(_) => Err(faults),
            Err(fault) => {
                faults.insert(0, fault);
                Err(faults)
            }
        }
    }
}

/// A person who asks for an account of their own.
#[derive(Debug, Clone)]
pub struct Registrant {
    /// The name that the person signs in with.
    pub username: Username,
    /// The e-mail address of the person.
    pub email: Option<Email>,
    /// The full name of the person.
    pub full_name: Name,
    /// The person's own language.
    pub language: Option<Language>,
}

impl Registrant {
    /// Returns the account of a registration, without an employment: a manager's decision starts the employment.
    pub fn pending(self, id: UserId, now: Timestamp) -> User {
        let Self { username, email, full_name, language } = self;
        User {
            id,
            username,
            email,
            email_verified_at: None,
            full_name,
            authority: Authority::Employee,
            status: UserStatus::Pending,
            department_id: None,
            site_id: None,
            earlier_sites: Earlier::default(),
            time_zone: None,
            language,
            employments: Employments::NONE,
            tracks_attendance: true,
            annual_leave_days: None,
            session_epoch: 0,
            version: 1,
            created_at: now,
            updated_at: now,
        }
    }

    /// Returns the account of the company's first admin, whose attendance isn't recorded.
    pub fn first_admin(self, id: UserId, now: Timestamp) -> User {
        User {
            authority: Authority::Admin,
            status: UserStatus::Active,
            employments: Employments::always(),
            tracks_attendance: false,
            ..self.pending(id, now)
        }
    }
}

/// The profile that an account is to have after a change.
#[derive(Debug, Clone)]
pub struct ProfileUpdate {
    /// The name that the person signs in with.
    pub username: Username,
    /// The e-mail address of the person.
    pub email: Option<Email>,
    /// The full name of the person.
    pub full_name: Name,
    /// The role of the account.
    pub role: Role,
    /// The departments that a manager manages.
    pub manages: BTreeSet<DepartmentId>,
    /// Whether a manager manages everyone.
    pub manages_all: bool,
    /// The state of the account.
    pub status: UserStatus,
    /// The department that the person belongs to.
    pub department_id: Option<DepartmentId>,
    /// The site where the person works.
    pub site_id: Option<SiteId>,
    /// The person's own time zone.
    pub time_zone: Option<Zone>,
    /// The person's own language.
    pub language: Option<Language>,
    /// The change of the employments.
    pub employment: EmploymentUpdate,
    /// Whether the person's attendance is recorded.
    pub tracks_attendance: bool,
    /// The person's own annual leave allowance.
    pub annual_leave_days: Option<LeaveAllowance>,
}

impl ProfileUpdate {
    /// Returns an update that changes nothing.
    pub fn of(person: &User) -> Self {
        Self {
            username: person.username.clone(),
            email: person.email.clone(),
            full_name: person.full_name.clone(),
            role: person.authority.role(),
            manages: person.authority.manages(),
            manages_all: person.authority.manages_all(),
            status: person.status,
            department_id: person.department_id,
            site_id: person.site_id,
            time_zone: person.time_zone.clone(),
            language: person.language,
            employment: EmploymentUpdate::default(),
            tracks_attendance: person.tracks_attendance,
            annual_leave_days: person.annual_leave_days,
        }
    }

    /// Returns an update that changes only the status.
    pub fn with_status(person: &User, status: UserStatus) -> Self {
        Self { status, ..Self::of(person) }
    }

    /// Returns whether the update changes the role or its scope.
    pub fn changes_authority(&self, before: &User) -> bool {
        self.role != before.authority.role()
            || self.manages != before.authority.manages()
            || self.manages_all != before.authority.manages_all()
    }

    /// Returns whether the update changes the rights of an account: its role or scope, or the activation of a manager or an
    /// admin.
    pub fn changes_rights(&self, before: &User) -> bool {
        let activates = before.status != UserStatus::Active && self.status == UserStatus::Active;
        self.changes_authority(before) || (activates && self.role != Role::Employee)
    }

    /// Returns the departments that the person doesn't manage yet.
    pub fn newly_managed(&self, before: &User) -> BTreeSet<DepartmentId> {
        self.manages.difference(&before.authority.manages()).copied().collect()
    }

    /// Returns the changed profile, with its version unchanged.
    ///
    /// # Errors
    /// All fields that are invalid.
    pub fn apply(self, before: &User, workplaces: &Workplaces<'_>, now: Timestamp) -> Result<User, Vec<FieldFault>> {
        let new_department = self.department_id.filter(|_| self.department_id != before.department_id);
        let new_site = self.site_id.filter(|_| self.site_id != before.site_id);
        let mut faults = FieldFault::broken([
            (MAX_MANAGED < self.manages.len(), "manages", FieldRule::ItemsAtMost { max: MAX_MANAGED as u64 }),
            (
                new_department.is_some_and(|id| !workplaces.departments.contains(&id)),
                "department_id",
                FieldRule::NotADepartment,
            ),
            (new_site.is_some_and(|id| !workplaces.sites.contains(id)), "site_id", FieldRule::NotASite),
            (
                before.status != UserStatus::Pending && self.status == UserStatus::Pending,
                "status",
                FieldRule::NotPendingAgain,
            ),
        ]);
        let Self { status, employment, .. } = self;
        let is_same_address = self.email == before.email;
        let after = User {
            username: self.username,
            email: self.email,
            email_verified_at: before.email_verified_at.filter(|_| is_same_address),
            full_name: self.full_name,
            authority: Authority::new(self.role, self.manages, self.manages_all),
            status,
            department_id: self.department_id,
            time_zone: self.time_zone,
            language: self.language,
            tracks_attendance: self.tracks_attendance,
            annual_leave_days: self.annual_leave_days,
            ..before.clone().moved(self.site_id, workplaces.today_of(before, now))
        };
        // The person's date after the change: a new time zone or site is taken into account.
        let today = workplaces.today_of(&after, now);
        match employment.decide(before, status, today) {
            Ok(employments) if faults.is_empty() => Ok(User { employments, ..after }),
            Ok(_) => Err(faults),
            Err(fault) => {
                faults.push(fault);
                Err(faults)
            }
        }
    }
}
