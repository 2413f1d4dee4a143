//! Departments. A department's item has the number of its people, which the transactions that move people (`users`) update.
//! So a department in use can't be deleted, and no person can be moved to a deleted department.

use domain::{
    department::Department,
    id::{DepartmentId, UserId},
    text::Name,
    user::User,
};
use serde::{Deserialize, Serialize};

use crate::{
    Commit, Condition, Store, StoreError,
    commit::{Expression, When, number, text},
    item::Item,
    keys::{self, PK, VERSION},
    page::{Page, page_of},
    read::{KeyRange, Range},
    users::MEMBERS,
};

/// A department as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DepartmentRecord {
    /// The id of the department.
    pub id: DepartmentId,
    /// The name of the department.
    pub name: Name,
    /// The number of changes of the department itself. People who join or leave it don't count.
    pub version: u64,
    /// The number of people who belong to the department, including those who left the company.
    #[serde(default)]
    pub members: u64,
}

impl Store {
    /// Returns a department.
    pub async fn department(&self, id: DepartmentId) -> Result<Option<DepartmentRecord>, StoreError> {
        self.get(keys::department(id)).await
    }

    /// Reads the items that a change of a department depends on: the caller's profile and the department.
    pub async fn department_snapshot(
        &self,
        caller: UserId,
        id: DepartmentId,
    ) -> Result<(Option<User>, Option<DepartmentRecord>), StoreError> {
        let (profile, department) = (keys::profile(caller), keys::department(id));
        let mut items = self.read([profile.clone(), department.clone()]).await?;
        Ok((items.take(&profile)?, items.take(&department)?))
    }

    /// Returns departments in the order of their creation, at most `limit` after the given one.
    pub async fn departments(
        &self,
        after: Option<DepartmentId>,
        limit: usize,
    ) -> Result<Page<DepartmentRecord>, StoreError> {
        Ok(page_of(self.query(departments_after(after, limit + 1)).await?, limit))
    }

    /// Reads the first `limit` departments for a first screen, for half the read units. A change of the last second may be
    /// missing.
    pub async fn first_departments(&self, limit: usize) -> Result<Page<DepartmentRecord>, StoreError> {
        Ok(page_of(self.query_eventually(departments_after(None, limit + 1)).await?, limit))
    }
}

/// Returns the range of at most `limit` departments after the given one, in the order of their ids.
pub(crate) fn departments_after(after: Option<DepartmentId>, limit: usize) -> KeyRange {
    KeyRange {
        index: None,
        pk: keys::ORG.to_owned(),
        range: Range::Prefix(keys::DEPARTMENT.to_owned()),
        descending: false,
        limit,
        after: after.map(|id| keys::department(id).attributes()),
    }
}

impl Commit {
    /// Adds a department.
    pub fn create_department(&mut self, department: &Department) -> Result<(), StoreError> {
        self.put(Item::new(keys::department(department.id), department)?, When::Absent, Some(Condition::Version))
    }

    /// Renames a department. Its number of people stays the same.
    pub fn change_department(&mut self, before: &DepartmentRecord, name: &Name) -> Result<(), StoreError> {
        self.update(
            &keys::department(before.id),
            Expression::new("SET #name = :name, #version = :next")
                .name("#name", "name")
                .name("#version", VERSION)
                .value(":name", text(name.as_str()))
                .value(":next", number(before.version + 1)),
            Some(Expression::new("#version = :expected").value(":expected", number(before.version))),
            Some(Condition::Version),
        )
    }

    /// Deletes a department that has no people.
    pub fn delete_department(&mut self, department: &DepartmentRecord) -> Result<(), StoreError> {
        // Past days and months still refer to the department: reports must know where to find them, and its name.
        self.put(Item::new(keys::former_department(department.id), department)?, When::Always, None)?;
        self.delete(
            &keys::department(department.id),
            Some(unused(department.version)),
            Some(Condition::DepartmentUnused),
        )
    }

    /// Adds the condition that the department exists. Don't call it for a department that the same commit moves people into
    /// or out of: a transaction accepts each item only once, and the move already has the condition.
    pub fn check_department(&mut self, id: DepartmentId) -> Result<(), StoreError> {
        let there = Expression::new("attribute_exists(#pk)").name("#pk", PK);
        self.check(&keys::department(id), there, Condition::DepartmentExists)
    }
}

/// Returns the condition that the department has that version and no people.
fn unused(version: u64) -> Expression {
    Expression::new("#version = :expected AND (attribute_not_exists(#members) OR #members = :none)")
        .name("#version", VERSION)
        .name("#members", MEMBERS)
        .value(":expected", number(version))
        .value(":none", number(0))
}
