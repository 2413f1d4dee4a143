//! Departments: the units that managers are responsible for.

use serde::{Deserialize, Serialize};

use crate::{id::DepartmentId, text::Name};

/// A department of the company.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Department {
    /// The department's id.
    pub id: DepartmentId,
    /// The department's name.
    pub name: Name,
    /// The version, which starts at 1 and grows by 1 with each change.
    pub version: u64,
}
