//! Cost centers and projects, to which work is assigned.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::CostCenterCode;
use crate::text::Name;

/// A cost center or project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CostCenter {
    /// The code.
    pub code: CostCenterCode,
    /// The name.
    #[schema(value_type = String, min_length = 1, max_length = 100)]
    pub name: Name,
    /// Whether new work may be assigned to the cost center. An inactive one stays readable.
    pub active: bool,
    /// The version; grows with each change.
    pub version: u64,
}
