//! Departments: admins create, rename and delete them.

use domain::{
    department::Department,
    event::{CompanyFact, Fact, Subject},
    id::DepartmentId,
    text::Name,
};
use store::{Commit, departments::DepartmentRecord};

use super::CompanyRefusal;
use crate::{Denied, Failed, Outcome, Prepared, Request, Versions, authorization, use_case::check_caller};

/// Creates a department.
///
/// # Errors
/// The caller isn't an admin.
pub async fn create(request: &Request<'_>, name: &Name) -> Result<Prepared<DepartmentRecord>, Failed> {
    let Request { ports, caller, .. } = *request;
    authorization::must_be_admin(caller)?;
    check_caller(request).await?;
    let id = DepartmentId::generate(ports.now, ports.entropy);
    let department = Department { id, name: name.clone(), version: 1 };
    let subject = Subject::Department(id);
    let fact = Fact::Company(CompanyFact::DepartmentCreated);
    let mut commit = Commit::new(request.stamp(), subject, vec![fact])?;
    commit.audit(subject, "department_created", None, Some(&department))?;
    commit.create_department(&department)?;
    let Department { name, version, .. } = department;
    Ok(Prepared { commit, answer: DepartmentRecord { id, name, version, members: 0 }, version })
}

/// Renames a department.
///
/// # Errors
/// The caller isn't an admin, the department doesn't exist, or it has another version.
pub async fn rename(
    request: &Request<'_>,
    id: DepartmentId,
    versions: &Versions,
    name: Option<&Name>,
) -> Result<Outcome<DepartmentRecord>, Failed> {
    let before = current(request, id, versions).await?;
    let Some(name) = name.filter(|name| **name != before.name) else {
        let version = before.version;
        return Ok(Outcome::Unchanged { answer: before, version });
    };
    let version = before.version + 1;
    let after = DepartmentRecord { name: name.clone(), version, ..before.clone() };
    let subject = Subject::Department(id);
    let fact = Fact::Company(CompanyFact::DepartmentChanged);
    let mut commit = Commit::new(request.stamp(), subject, vec![fact])?;
    commit.audit(subject, "department_changed", Some(&audited(&before)), Some(&audited(&after)))?;
    commit.change_department(&before, &after.name)?;
    Ok(Outcome::Changed(Prepared { commit, answer: after, version }))
}

/// Deletes a department that nobody belongs to.
///
/// # Errors
/// The caller isn't an admin, the department doesn't exist, it has another version, or people belong to it.
pub async fn delete(request: &Request<'_>, id: DepartmentId, versions: &Versions) -> Result<Prepared<()>, Failed> {
    let department = current(request, id, versions).await?;
    if department.members > 0 {
        return Err(CompanyRefusal::DepartmentInUse.into());
    }
    let subject = Subject::Department(id);
    let fact = Fact::Company(CompanyFact::DepartmentDeleted);
    let mut commit = Commit::new(request.stamp(), subject, vec![fact])?;
    commit.audit(subject, "department_deleted", Some(&audited(&department)), None)?;
    commit.delete_department(&department)?;
    Ok(Prepared { commit, answer: (), version: department.version })
}

/// Returns the department in the version that the client knows, for an admin.
async fn current(request: &Request<'_>, id: DepartmentId, versions: &Versions) -> Result<DepartmentRecord, Failed> {
    let Request { ports, caller, .. } = *request;
    authorization::must_be_admin(caller)?;
    let (profile, department) = ports.store.department_snapshot(caller.user_id, id).await?;
    authorization::current_profile(caller, profile.as_ref())?;
    let department = department.ok_or(Denied::NotFound)?;
    versions.check(department.version)?;
    Ok(department)
}

/// Returns the audit data of a department: without the number of its members, which changes of the department don't affect.
fn audited(record: &DepartmentRecord) -> Department {
    Department { id: record.id, name: record.name.clone(), version: record.version }
}
