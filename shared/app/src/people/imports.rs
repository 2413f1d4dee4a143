//! Imports of people: what each row of a sheet changes, decided before anything is written.

use std::{
    collections::{BTreeMap, BTreeSet},
    str::FromStr,
};

use domain::{
    FieldFault, FieldRule,
    calendar::{WorkDate, Zone},
    email::Email,
    employment::EmploymentUpdate,
    id::{DepartmentId, SiteId, UserId},
    language::Language,
    patch_field::PatchField,
    settings::LeaveAllowance,
    sheet::{MAX_ERRORS, Names, NotNamed, wrong},
    site::Site,
    text::{Name, NewName},
    user::{NewAccount, ProfileUpdate, Role, User, UserStatus},
    username::Username,
};
use serde::{Deserialize, Serialize};
use store::{Store, StoreError, departments::DepartmentRecord, sites::MAX_SITES};

use crate::{Caller, Failed, authorization};

/// The number of departments that one read returns.
const DEPARTMENTS: usize = 1000;

/// A person of a sheet. A field without a column is absent, and an empty cell removes a value.
#[derive(Debug, Clone, PartialEq)]
pub struct PersonRow {
    /// The number of the row, as spreadsheet programs count.
    pub number: u32,
    /// The name that the person signs in with.
    pub username: Username,
    /// The full name.
    pub full_name: Option<NewName>,
    /// The e-mail address.
    pub email: PatchField<Email>,
    /// The state of the account.
    pub status: Option<UserStatus>,
    /// The name or id of the department.
    pub department: PatchField<String>,
    /// The name or id of the site.
    pub site: PatchField<String>,
    /// The person's own time zone.
    pub time_zone: PatchField<Zone>,
    /// The person's own language.
    pub language: PatchField<Language>,
    /// The first date of the latest employment.
    pub hired_on: Option<WorkDate>,
    /// The last date of the latest employment.
    pub left_on: PatchField<WorkDate>,
    /// Whether the person's attendance is recorded.
    pub tracks_attendance: Option<bool>,
    /// The person's own annual leave allowance.
    pub annual_leave_days: PatchField<LeaveAllowance>,
}

/// A person of a sheet.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ImportedPerson {
    /// The number of the row.
    pub row: u32,
    /// What the row does.
    pub change: PersonChange,
}

/// What a row of a sheet of people does.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PersonChange {
    /// The person gets an account.
    Create {
        /// The profile of the account.
        account: Box<NewAccount>,
        /// Whether the person gets a link to set their password, instead of a temporary password.
        invite: bool,
    },
    /// The profile of a person changes.
    Change {
        /// The person.
        user_id: UserId,
        /// The fields that change.
        profile: Box<ImportedProfile>,
    },
}

/// The fields of a profile that a row changes. Absent fields stay as they are.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ImportedProfile {
    /// The full name.
    pub full_name: Option<Name>,
    /// The e-mail address.
    #[serde(skip_serializing_if = "PatchField::is_absent")]
    pub email: PatchField<Email>,
    /// The state of the account.
    pub status: Option<UserStatus>,
    /// The department.
    #[serde(skip_serializing_if = "PatchField::is_absent")]
    pub department_id: PatchField<DepartmentId>,
    /// The site.
    #[serde(skip_serializing_if = "PatchField::is_absent")]
    pub site_id: PatchField<SiteId>,
    /// The person's own time zone.
    #[serde(skip_serializing_if = "PatchField::is_absent")]
    pub time_zone: PatchField<Zone>,
    /// The person's own language.
    #[serde(skip_serializing_if = "PatchField::is_absent")]
    pub language: PatchField<Language>,
    /// The first date of the latest employment.
    #[serde(skip_serializing_if = "PatchField::is_absent")]
    pub hired_on: PatchField<WorkDate>,
    /// The last date of the latest employment.
    #[serde(skip_serializing_if = "PatchField::is_absent")]
    pub left_on: PatchField<WorkDate>,
    /// The person's own annual leave allowance.
    #[serde(skip_serializing_if = "PatchField::is_absent")]
    pub annual_leave_days: PatchField<LeaveAllowance>,
    /// Whether the person's attendance is recorded.
    pub tracks_attendance: Option<bool>,
}

impl ImportedProfile {
    /// Returns the profile after the change.
    pub fn update(&self, before: &User) -> ProfileUpdate {
        let (change, now) = (self.clone(), ProfileUpdate::of(before));
        ProfileUpdate {
            full_name: change.full_name.unwrap_or(now.full_name),
            email: change.email.or(now.email),
            status: change.status.unwrap_or(now.status),
            department_id: change.department_id.or(now.department_id),
            site_id: change.site_id.or(now.site_id),
            time_zone: change.time_zone.or(now.time_zone),
            language: change.language.or(now.language),
            employment: EmploymentUpdate { employments: None, hired_on: change.hired_on, left_on: change.left_on },
            tracks_attendance: change.tracks_attendance.unwrap_or(now.tracks_attendance),
            annual_leave_days: change.annual_leave_days.or(now.annual_leave_days),
            ..now
        }
    }
}

/// The change that a row makes.
#[derive(Debug)]
pub struct Plan {
    /// The number of the row.
    pub row: u32,
    /// The person's username.
    pub username: Username,
    /// The change; none if the profile is already as the row says.
    pub change: Option<PersonChange>,
}

/// The data against which rows are checked.
struct Known<'a> {
    caller: &'a Caller,
    /// Whether new people are invited by e-mail.
    invite: bool,
    departments: Names<DepartmentId>,
    sites: Names<SiteId>,
    people: BTreeMap<Username, User>,
    /// The owners of the e-mail addresses that the sheet names.
    emails: BTreeMap<Email, UserId>,
}

/// Returns the changes of all rows, or all errors.
///
/// # Errors
/// A row breaks a rule, or the caller may not make its change.
pub async fn plans(store: &Store, caller: &Caller, rows: Vec<PersonRow>, invite: bool) -> Result<Vec<Plan>, Failed> {
    let holders = store.holders(rows.iter().map(|row| row.username.clone()).collect()).await?;
    let people = store.all_users(holders.into_values().collect()).await?;
    let people: BTreeMap<Username, User> = people.into_iter().map(|person| (person.username.clone(), person)).collect();
    let is_new_email = |row: &&PersonRow| {
        let before = people.get(&row.username).and_then(|person| person.email.as_ref());
        row.email.as_ref().is_some() && row.email.as_ref() != before
    };
    let emails: BTreeSet<Email> =
        rows.iter().filter(is_new_email).filter_map(|row| row.email.as_ref().cloned()).collect();
    let known = Known {
        caller,
        invite,
        departments: departments(store, &rows).await?,
        sites: sites(store, &rows).await?,
        emails: store.email_holders(emails).await?,
        people,
    };
    let (mut plans, mut errors) = (Vec::new(), Vec::new());
    for row in rows {
        match known.plan(row) {
            Ok(plan) => plans.push(plan),
            Err(of_row) => errors.extend(of_row),
        }
    }
    errors.truncate(MAX_ERRORS);
    if errors.is_empty() { Ok(plans) } else { Err(errors.into()) }
}

/// Reads the departments by name, if a row names one.
async fn departments(store: &Store, rows: &[PersonRow]) -> Result<Names<DepartmentId>, StoreError> {
    if rows.iter().all(|row| row.department.as_ref().is_none()) {
        return Ok(Names::default());
    }
    let mut names: Vec<(Name, DepartmentId)> = Vec::new();
    let mut after = None;
    loop {
        let page = store.departments(after, DEPARTMENTS).await?;
        after = page.items.last().filter(|_| page.more).map(|department| department.id);
        names.extend(page.items.into_iter().map(|DepartmentRecord { id, name, .. }| (name, id)));
        if after.is_none() {
            return Ok(names.into_iter().collect());
        }
    }
}

/// Reads the sites by name, if a row names one.
async fn sites(store: &Store, rows: &[PersonRow]) -> Result<Names<SiteId>, StoreError> {
    if rows.iter().all(|row| row.site.as_ref().is_none()) {
        return Ok(Names::default());
    }
    let sites = store.sites(None, MAX_SITES).await?;
    let named = |site: Site| (site.name, site.id);
    Ok(sites.items.into_iter().map(|record| named(record.into())).collect())
}

impl Known<'_> {
    fn plan(&self, row: PersonRow) -> Result<Plan, Vec<FieldFault>> {
        let (number, username) = (row.number, row.username.clone());
        let mut errors = Vec::new();
        let mut refuse = |column: &str, rule: FieldRule| errors.push(wrong(number, column, rule));
        let department =
            find(&self.departments, &row.department, (FieldRule::NotADepartment, FieldRule::AmbiguousDepartment));
        let site = find(&self.sites, &row.site, (FieldRule::NotASite, FieldRule::AmbiguousSite));
        let department = department.unwrap_or_else(|rule| {
            refuse("department", rule);
            PatchField::Absent
        });
        let site = site.unwrap_or_else(|rule| {
            refuse("site", rule);
            PatchField::Absent
        });
        let before = self.people.get(&username);
        let holder = row.email.as_ref().and_then(|email| self.emails.get(email));
        if holder.is_some_and(|holder| before.is_none_or(|before| before.id != *holder)) {
            refuse("email", FieldRule::OfAnotherPerson);
        }
        let moves_to = department.or(before.and_then(|before| before.department_id));
        let moves = before.is_none_or(|before| before.department_id != moves_to);
        if moves
            && is_found(&department, &row.department)
            && authorization::may_place_in(self.caller, moves_to).is_err()
        {
            refuse("department", FieldRule::NotManaged);
        }
        let change = match before {
            None => {
                if row.full_name.is_none() {
                    refuse("full_name", FieldRule::Required);
                }
                if row.status.is_some_and(|status| status != UserStatus::Active) {
                    refuse("status", FieldRule::OneOf { allowed: ["active"].into_iter().collect() });
                }
                if self.invite && row.email.as_ref().is_none() {
                    refuse("email", FieldRule::Required);
                }
                newcomer(row, department, site, self.invite)
            }
            Some(before) => {
                if authorization::may_manage(self.caller, before).is_err() {
                    refuse("username", FieldRule::NotManaged);
                }
                if row.status == Some(UserStatus::Pending) && before.status != UserStatus::Pending {
                    refuse("status", FieldRule::NotPendingAgain);
                }
                changed(before, row, department, site)
            }
        };
        if errors.is_empty() { Ok(Plan { row: number, username, change }) } else { Err(errors) }
    }
}

/// Returns the id of the department or site that a row names.
///
/// # Errors
/// None has the name (the first rule), or several have it (the second rule).
fn find<T: Copy + PartialEq + FromStr>(
    items: &Names<T>,
    name: &PatchField<String>,
    (unknown, several): (FieldRule, FieldRule),
) -> Result<PatchField<T>, FieldRule> {
    match name {
        PatchField::Value(name) => match items.find(name) {
            Ok(id) => Ok(PatchField::Value(id)),
            Err(NotNamed::Unknown) => Err(unknown),
            Err(NotNamed::Several) => Err(several),
        },
        PatchField::Null => Ok(PatchField::Null),
        PatchField::Absent => Ok(PatchField::Absent),
    }
}

/// Whether a department that the row names was found.
fn is_found<T>(found: &PatchField<T>, named: &PatchField<String>) -> bool {
    found.as_ref().is_some() == named.as_ref().is_some()
}

/// Returns the new account of a row; none without a name.
fn newcomer(
    row: PersonRow,
    department: PatchField<DepartmentId>,
    site: PatchField<SiteId>,
    invite: bool,
) -> Option<PersonChange> {
    let account = NewAccount {
        username: row.username,
        full_name: row.full_name?.into(),
        email: row.email.or(None),
        role: Role::Employee,
        department_id: department.or(None),
        manages: BTreeSet::new(),
        manages_all: false,
        site_id: site.or(None),
        time_zone: row.time_zone.or(None),
        language: row.language.or(None),
        hired_on: row.hired_on,
        employments: None,
        annual_leave_days: row.annual_leave_days.or(None),
        tracks_attendance: row.tracks_attendance.unwrap_or(true),
    };
    Some(PersonChange::Create { account: Box::new(account), invite })
}

/// Returns the change that makes a profile as the row says; none if it is so already.
pub fn changed(
    before: &User,
    row: PersonRow,
    department: PatchField<DepartmentId>,
    site: PatchField<SiteId>,
) -> Option<PersonChange> {
    let is_active = row.status.unwrap_or(before.status) == UserStatus::Active;
    // The employment of an account that isn't active keeps its end: an empty cell doesn't remove it.
    let left_on = if is_active || row.left_on.as_ref().is_some() { row.left_on } else { PatchField::Absent };
    let hired_on = row.hired_on.map_or(PatchField::Absent, PatchField::Value);
    let profile = ImportedProfile {
        full_name: row.full_name.map(Name::from).filter(|name| *name != before.full_name),
        email: differing(row.email, before.email.as_ref()),
        status: row.status.filter(|status| *status != before.status),
        department_id: differing(department, before.department_id.as_ref()),
        site_id: differing(site, before.site_id.as_ref()),
        time_zone: differing(row.time_zone, before.time_zone.as_ref()),
        language: differing(row.language, before.language.as_ref()),
        hired_on: differing(hired_on, before.employments.hired_on().as_ref()),
        left_on: differing(left_on, before.employments.left_on().as_ref()),
        annual_leave_days: differing(row.annual_leave_days, before.annual_leave_days.as_ref()),
        tracks_attendance: row.tracks_attendance.filter(|tracks| *tracks != before.tracks_attendance),
    };
    let is_change = profile != ImportedProfile::default();
    is_change.then(|| PersonChange::Change { user_id: before.id, profile: Box::new(profile) })
}

/// Returns the field if it differs from the present value, otherwise an absent one.
fn differing<T: PartialEq>(field: PatchField<T>, before: Option<&T>) -> PatchField<T> {
    let is_same = match &field {
        PatchField::Absent => true,
        PatchField::Null => before.is_none(),
        PatchField::Value(value) => before == Some(value),
    };
    if is_same { PatchField::Absent } else { field }
}
