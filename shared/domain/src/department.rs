//! Departments: what managers manage.

use serde::{Deserialize, Serialize};

use crate::{id::DepartmentId, text::Name};

/// A part of the company.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Department {
    /// Which.
    pub id: DepartmentId,
    /// What people call it.
    pub name: Name,
    /// Counts the changes, from 1.
    pub version: u64,
}
