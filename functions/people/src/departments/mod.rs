//! `/departments`: everyone may read them, and admins may change them.

pub(crate) mod change;
pub(crate) mod chat;
pub(crate) mod create;
pub(crate) mod delete;
pub(crate) mod list;
pub(crate) mod read;

use domain::{department::Department, id::DepartmentId, text::Name};
use serde::Serialize;
use store::departments::DepartmentRecord;
use utoipa::ToSchema;

/// A department.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Department)]
pub(crate) struct DepartmentAnswer {
    /// The id of the department.
    id: DepartmentId,
    /// The name of the department.
    #[schema(value_type = String)]
    name: Name,
    /// The number of members, including former ones. A department can only be deleted if it has no members.
    members: u64,
    /// The version of the department; grows with each change.
    version: u64,
}

impl From<DepartmentRecord> for DepartmentAnswer {
    fn from(record: DepartmentRecord) -> Self {
        let DepartmentRecord { id, name, version, members } = record;
        Self { id, name, members, version }
    }
}

/// Returns the department without the number of its members, which changes of the department don't affect.
fn plain(record: &DepartmentRecord) -> Department {
    Department { id: record.id, name: record.name.clone(), version: record.version }
}
