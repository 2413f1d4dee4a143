//! Departments. The number of their people is kept in their item by whoever moves people (`users`), so that a department
//! in use can't be deleted, and nobody can be put into one that is gone.

use domain::{
    department::Department,
    id::{DepartmentId, UserId},
    text::Name,
    user::User,
};
use serde::{Deserialize, Serialize};

use crate::{
    Commit, Guard, Store, StoreError,
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
    /// Which.
    pub id: DepartmentId,
    /// What people call it.
    pub name: Name,
    /// Counts the changes of the department itself; people coming and going are none.
    pub version: u64,
    /// How many people belong to it, those who left included.
    #[serde(default)]
    pub members: u64,
}

impl Store {
    /// A department.
    pub async fn department(&self, id: DepartmentId) -> Result<Option<DepartmentRecord>, StoreError> {
        self.get(keys::department(id)).await
    }

    /// What a change of a department is decided on: its changer's profile and the department.
    pub async fn department_snapshot(
        &self,
        caller: UserId,
        id: DepartmentId,
    ) -> Result<(Option<User>, Option<DepartmentRecord>), StoreError> {
        let (profile, department) = (keys::profile(caller), keys::department(id));
        let mut items = self.read([profile.clone(), department.clone()]).await?;
        Ok((items.take(&profile)?, items.take(&department)?))
    }

    /// Departments in the order in which they were made, at most `limit` after the one given.
    pub async fn departments(
        &self,
        after: Option<DepartmentId>,
        limit: usize,
    ) -> Result<Page<DepartmentRecord>, StoreError> {
        Ok(page_of(self.query(departments_after(after, limit + 1)).await?, limit))
    }

    /// Reads the first `limit` departments for a first screen, for half the units: a change of this second may be missing.
    pub async fn first_departments(&self, limit: usize) -> Result<Page<DepartmentRecord>, StoreError> {
        Ok(page_of(self.query_eventually(departments_after(None, limit + 1)).await?, limit))
    }
}

fn departments_after(after: Option<DepartmentId>, limit: usize) -> KeyRange {
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
        self.put(Item::new(keys::department(department.id), department)?, When::Absent, Some(Guard::Version))
    }

    /// Gives a department another name; its number of people is left alone.
    pub fn change_department(&mut self, before: &DepartmentRecord, name: &Name) -> Result<(), StoreError> {
        self.update(
            &keys::department(before.id),
            Expression::new("SET #name = :name, #version = :next")
                .name("#name", "name")
                .name("#version", VERSION)
                .value(":name", text(name.as_str()))
                .value(":next", number(before.version + 1)),
            Some(Expression::new("#version = :expected").value(":expected", number(before.version))),
            Some(Guard::Version),
        )
    }

    /// Removes a department that nobody belongs to.
    pub fn delete_department(&mut self, department: &DepartmentRecord) -> Result<(), StoreError> {
        // Days and months of the past keep it: reports must know where to look for them, and how to call it.
        self.put(Item::new(keys::former_department(department.id), department)?, When::Always, None)?;
        self.delete(&keys::department(department.id), Some(unused(department.version)), Some(Guard::DepartmentUnused))
    }

    /// Goes on only while the department exists. Not for one that the same commit moves people into or out of: a
    /// transaction touches an item once, and moving checks it anyway.
    pub fn check_department(&mut self, id: DepartmentId) -> Result<(), StoreError> {
        let there = Expression::new("attribute_exists(#pk)").name("#pk", PK);
        self.check(&keys::department(id), there, Guard::DepartmentExists)
    }
}

/// That version, with nobody in it.
fn unused(version: u64) -> Expression {
    Expression::new("#version = :expected AND (attribute_not_exists(#members) OR #members = :none)")
        .name("#version", VERSION)
        .name("#members", MEMBERS)
        .value(":expected", number(version))
        .value(":none", number(0))
}
